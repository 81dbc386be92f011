namespace Commission.Engine;

/// <summary>Tiers, curves, matrices, multipliers and gates.</summary>
internal static class PayShapes
{
    public static readonly Field<Bound?> TierFrom = new(
        "from", "Where the tier starts: 50% is of the quota, 50000 is in units of the measure. One list uses one kind.",
        Forms.Bound) { Needed = true };

    public static readonly Field<decimal?> TierRate = new("rate", "This rate of the measure.", Forms.Rate);

    public static readonly Field<decimal?> TierPerUnit = new("per-unit", "Money for each unit.", Forms.UnitMoney);

    public static readonly Field<decimal?> TierAmount = new(
        "amount", "Flat money, once the tier is reached.", Forms.Money);

    public static readonly Alternatives TierPays = new(Needed: true, TierRate, TierPerUnit, TierAmount);

    public static readonly Map Tier = new(
        "tier", "What is paid from a bound on.", TierFrom, TierRate, TierPerUnit, TierAmount)
    {
        Alternatives = [TierPays],
    };

    public static readonly Field Target = new(
        "target", "A sum of money, or 'rep': the payee's own target for this component.",
        new Shape.Either(Forms.PlainShape, new Shape.Words([Words.RepsOwn]))) { Needed = true };

    public static readonly Field<BeyondRule?> Beyond = new(
        "beyond", "After the last point: its value (flat), or on along the last line (continue).",
        Forms.Choice(Words.Beyond)) { Default = "flat" };

    public static readonly PointShape PayPoint = new(
        "pay-point", "A point of a curve.", "at", "pay", "The share of the target that is paid there.");

    public static readonly PointShape FactorPoint = new(
        "factor-point", "A point between which the factor follows straight lines.", "at", "factor",
        "The factor on what is paid.");

    public static readonly PointShape FactorTier = new(
        "factor-tier", "A factor from an attainment on.", "from", "factor", "The factor on what is paid.");

    public static readonly Field CurvePoints = new(
        "points", "In strictly rising attainment; 0 is paid before the first.",
        new Shape.List(PayPoint.Map)) { Needed = true };

    public static readonly Map Curve = new(
        "curve", "A target, times straight lines between points over attainment.", Target, CurvePoints, Beyond);

    public static readonly Field By = new(
        "by", "The component whose attainment chooses; it has a quota and the same window.", Forms.Id.Shape)
    {
        Needed = true,
    };

    public static readonly Field AxisFrom = new(
        "from", "Attainments in strictly rising order: each starts a row or column.",
        new Shape.List(Forms.Fraction.Shape)) { Needed = true };

    public static readonly Map Axis = new("axis", "Rows or columns of a matrix.", By, AxisFrom);

    public static readonly Field Rows = new("rows", "What chooses the row.", Axis) { Needed = true };

    public static readonly Field Columns = new("columns", "What chooses the column.", Axis) { Needed = true };

    public static readonly Field Cells = new(
        "pay", "A list for each row, with the share of the target for each column.",
        new Shape.List(new Shape.List(Forms.Fraction.Shape))) { Needed = true };

    public static readonly Map Matrix = new(
        "matrix", "A target, times the cell that two components' attainments have reached.",
        Target, Rows, Columns, Cells);

    public static readonly Field FactorTiers = new(
        "tiers", "The factor of the highest tier reached; the first starts at 0%.",
        new Shape.List(FactorTier.Map));

    public static readonly Field FactorPoints = new(
        "points", "The factor from straight lines between points; before the first its factor.",
        new Shape.List(FactorPoint.Map));

    public static readonly Alternatives Factors = new(Needed: true, FactorTiers, FactorPoints);

    public static readonly Map Multiplier = new(
        "multiplier", "A factor that follows from a component's attainment.", By, FactorTiers, FactorPoints, Beyond)
    {
        Alternatives = [Factors],
        Dependent = [(Beyond, FactorPoints)],
    };

    public static readonly Field GateComponent = By with { Name = "component" };

    public static readonly Field<decimal?> GateFrom = new(
        "from", "The attainment from which on the component pays.", Forms.Fraction) { Needed = true };

    public static readonly Map Gate = new(
        "gate", "Nothing is paid until a component's attainment has reached a bound.", GateComponent, GateFrom);
}

/// <summary>A pair of an attainment and a value.</summary>
internal sealed class PointShape(string name, string means, string at, string value, string valueMeans)
{
    public Field At { get; } = new(at, "An attainment.", Forms.Fraction.Shape) { Needed = true };

    public Field<decimal?> Value { get; } = new(value, valueMeans, Forms.Fraction) { Needed = true };

    public Map Map => new(name, means, At, Value);
}
