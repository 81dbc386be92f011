namespace Commission.Engine;

/// <summary>The fields of a plan.</summary>
internal static class PlanShapes
{
    public static readonly Field<string?> Id = new(
        "plan", "The plan's id: lower-case letters, digits and '-', 1 to 64 of them.", Forms.Id) { Needed = true };

    public static readonly Field<string?> Title = new(
        "title", "The plan's name, for people. Left out, the id.", Forms.Label);

    public static readonly Field<Currency?> Currency = new(
        "currency", "ISO 4217. All pay of the plan is in it.", Forms.Currency) { Needed = true };

    public static readonly Field<DateOnly?> Effective = new(
        "effective", "This version governs credits dated on or after this day.", Forms.Date) { Needed = true };

    public static readonly Field<PayFrequency?> Pays = new(
        "pays", "There is one statement for each such period.", Forms.Choice(Words.Pays)) { Needed = true };

    public static readonly Field<int?> YearStarts = new(
        "year-starts",
        "The month in which the fiscal year starts, 1 to 12.",
        new(new Shape.Number(MayBePercent: false, 1, 12, Whole: true), spot => spot.Month())) { Default = "1" };

    public static readonly Field<RoundingRule?> Rounding = new(
        "rounding",
        "Where a sum lies exactly between two minor units: half-up is away from zero, half-even to the even one.",
        Forms.Choice(Words.Rounding)) { Default = "half-up" };

    public static readonly Field Components = new(
        "components",
        "The ways in which the plan pays, in the order of evaluation.",
        new Shape.List(ComponentShapes.Component)) { Needed = true };

    public static readonly Field<decimal?> DrawAmount = new(
        "amount", "What each statement pays at least.", Forms.MoneyFromZero) { Needed = true };

    public static readonly Field<bool?> DrawRecoverable = new(
        "recoverable", "Whether later statements pay it back.", Forms.Choice(Words.Truth)) { Needed = true };

    public static readonly Map DrawMap = new(
        "draw", "An advance on each statement.", DrawAmount, DrawRecoverable);

    public static readonly Field Draw = new("draw", "An advance on each statement; left out, none.", DrawMap);

    public static readonly Map Plan = new(
        "plan",
        "One version of a compensation plan.",
        Id, Title, Currency, Effective, Pays, YearStarts, Rounding, Components, Draw);
}
