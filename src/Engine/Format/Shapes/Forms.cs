using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>The kinds of single values.</summary>
internal static class Forms
{
    /// <summary>The name of a window that is longer than a deal; years are numbers to YAML.</summary>
    public static readonly Shape.Pattern WindowName = new(DateText.WindowPattern)
    {
        Types = ["string", "integer"], Range = (1000, 9999),
    };

    /// <summary>Money or units: no per-cent sign.</summary>
    public static readonly Shape.Number PlainShape = new(MayBePercent: false);

    /// <summary>A number that may be a percentage.</summary>
    public static readonly Shape.Number NumberShape = new(MayBePercent: true);

    /// <summary>A name of the author's own for a component or a plan.</summary>
    public static readonly Form<string?> Id = new(
        new Shape.Pattern("^[a-z0-9-]{1,64}$") { Types = ["string", "integer", "boolean"] }, spot => spot.Id());

    /// <summary>Words for people, or a name from elsewhere.</summary>
    public static readonly Form<string?> Label = new(new Shape.Text(1, Readings.TextMax), spot => spot.Label());

    /// <summary>Text of any length.</summary>
    public static readonly Form<string?> Text = new(new Shape.Text(), spot => spot.Text());

    /// <summary>A date of the years in which plans can pay.</summary>
    public static readonly Form<DateOnly?> Date = new(Dates("(19[0-9]{2}|2[0-9]{3})"), spot => spot.Date());

    /// <summary>Any date.</summary>
    public static readonly Form<DateOnly?> AnyDate = new(Dates("[0-9]{4}"), spot => spot.AnyDate());

    /// <summary>A number that may be a percentage.</summary>
    public static readonly Form<decimal?> Number = new(NumberShape, spot => spot.Number());

    /// <summary>A sum of money.</summary>
    public static readonly Form<decimal?> Money = new(PlainShape, spot => spot.Plain("a sum of money"));

    /// <summary>A sum of money, at least zero.</summary>
    public static readonly Form<decimal?> MoneyFromZero =
        new(PlainShape with { Min = 0 }, spot => spot.PlainFromZero("a sum of money"));

    /// <summary>Money for each unit.</summary>
    public static readonly Form<decimal?> UnitMoney = new(PlainShape, spot => spot.Plain("money for each unit"));

    /// <summary>Units of the measure.</summary>
    public static readonly Form<decimal?> Units =
        new(PlainShape, spot => spot.Plain("a number in units of the measure"));

    /// <summary>Units of the measure, at least zero.</summary>
    public static readonly Form<decimal?> UnitsFromZero =
        new(PlainShape with { Min = 0 }, spot => spot.PlainFromZero("a number in units of the measure"));

    /// <summary>A rate of the measure: plain numbers above 1 are legal, but surprise.</summary>
    public static readonly Form<decimal?> Rate = new(NumberShape, spot => spot.Fraction(1));

    /// <summary>An attainment, a factor, or a share of a target: plain numbers above 10 surprise.</summary>
    public static readonly Form<decimal?> Fraction = new(NumberShape, spot => spot.Fraction(10));

    /// <summary>A share of one thing: 0 to 1.</summary>
    public static readonly Form<decimal?> Share = new(NumberShape with { Min = 0, Max = 1 }, spot => spot.Share());

    /// <summary>A share of the quota, or units of the measure.</summary>
    public static readonly Form<Bound?> Bound = new(NumberShape with { Min = 0 }, spot => spot.Bound());

    /// <summary>A currency in use.</summary>
    public static readonly Form<Currency?> Currency = new(
        new Shape.Words([.. Engine.Currency.Codes.Order(StringComparer.Ordinal)]), spot => spot.Currency());

    /// <summary>One of a fixed set of words.</summary>
    public static Form<T?> Choice<T>(ImmutableArray<(string Word, T Value)> words)
        where T : struct =>
        new(new Shape.Words([.. words.Select(known => known.Word)]), spot => spot.Choice(words));

    /// <summary>The value of a field that stands in the map; its absence is an error where it is needed.</summary>
    public static T? Take<T>(this Fields fields, Field<T> field) => fields.At(field) is { } spot
        ? field.Form.Read(spot)
        : default;

    /// <summary>The place of a field's value; its absence is an error where it is needed.</summary>
    public static Spot? At(this Fields fields, Field field) =>
        field.Needed ? fields.Need(field.Name) : fields[field.Name];

    /// <summary>The map's fields, none but known ones.</summary>
    public static Fields? Fields(this Spot spot, Map map) => spot.Fields(map.FieldNames);

    private static Shape.Pattern Dates(string year) =>
        new($"^{year}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", "date");
}
