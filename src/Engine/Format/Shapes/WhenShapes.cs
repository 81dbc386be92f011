namespace Commission.Engine;

/// <summary>Conditions on deals.</summary>
internal static class WhenShapes
{
    public static readonly Map Numbers = Range(
        "number-range", "A number from min to max, both inclusive; or none of some values.",
        Forms.NumberShape, new Shape.Text(0));

    public static readonly Map Figures = Range(
        "figure-range", "A figure of the deal from min to max, both inclusive; or none of some.",
        Forms.NumberShape, Forms.NumberShape);

    public static readonly Map Dates = Range(
        "date-range", "A day from min to max, both inclusive; or none of some.",
        Forms.AnyDate.Shape, Forms.AnyDate.Shape);

    public static readonly Shape.Names When = new(
        Entry(new Shape.Text(0), Numbers),
        [
            new Field("amount", "The deal's value in plan currency.", Entry(Forms.NumberShape, Figures)),
            new Field("margin", "The deal's margin.", Entry(Forms.NumberShape, Figures)),
            new Field("quantity", "The deal's quantity.", Entry(Forms.NumberShape, Figures)),
            new Field("credited", "The day on which the deal counts.", Entry(Forms.AnyDate.Shape, Dates)),
        ],
        Name: null,
        Refused: []);

    private static Shape.Either Entry(Shape value, Map range) => new(value, new Shape.List(value), range);

    private static Map Range(string name, string means, Shape bound, Shape value)
    {
        var (min, max) = (new Field("min", "The least.", bound), new Field("max", "The most.", bound));
        var not = new Field("not", "None of these, or the field is missing.", new Shape.List(value));
        return new Map(name, means, min, max, not)
        {
            Alternatives = [new(Needed: false, min, not), new(Needed: false, max, not)],
            NeedsAny = true,
        };
    }
}
