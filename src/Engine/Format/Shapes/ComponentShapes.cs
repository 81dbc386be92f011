using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>The fields of a component.</summary>
internal static class ComponentShapes
{
    public static readonly Field<string?> Id = new(
        "component", "The component's id, unique in the plan.", Forms.Id) { Needed = true };

    public static readonly Field<string?> Title = new(
        "title", "The component's name, for people. Left out, the id.", Forms.Label);

    public static readonly Form<CreditRole?> Role = Forms.Choice(Words.Roles);

    public static readonly Field Credit = new(
        "credit",
        "The credit roles that count. Left out: [owner].",
        new Shape.List(Role.Shape, IsSet: true));

    public static readonly Field When = new(
        "when", "Which deals count: every entry must hold. Left out, all do.", WhenShapes.When);

    public static readonly Field Measure = new(
        "measure",
        "What is counted of a deal: its amount, its margin, its quantity, 1 for each deal, or a field of its own.",
        new Shape.Either(
            new Shape.Words([.. Words.Measures.Where(known => known.Value != MeasureKind.Field).Select(it => it.Word)]),
            new Shape.Pattern("^field:[\\s\\S]+$"))) { Default = "amount" };

    public static readonly Field<decimal?> Limit = new(
        "limit", "The most that one deal may count, up or down, after the split. Left out: no limit.",
        Forms.UnitsFromZero);

    public static readonly Field<WindowKind?> Window = new(
        "window",
        "What is accumulated before the count starts again at zero. Left out: as long as a statement's period.",
        Forms.Choice(Words.Windows));

    public static readonly Field<string?> Quota = new(
        "quota", "The name of the quota that the component is measured against.", Forms.Label);

    public static readonly Field<decimal?> Rate = new(
        "rate", "What is credited is paid at this rate: 5% of it.", Forms.Rate);

    public static readonly Field<decimal?> PerUnit = new(
        "per-unit", "Money for each unit that is credited.", Forms.UnitMoney);

    public static readonly Field Tiers = new(
        "tiers", "Rates that change with what is credited, in strictly rising 'from'.",
        new Shape.List(PayShapes.Tier));

    public static readonly Field Curve = new(
        "curve", "A target, times straight lines between points over attainment.", PayShapes.Curve);

    public static readonly Field Matrix = new(
        "matrix", "A target, times the cell that two components' attainments have reached.", PayShapes.Matrix);

    public static readonly Field<bool?> TiersApply = new(
        "tiers-apply",
        "marginal: each tier pays its own part. whole: the highest tier reached pays for everything.",
        Forms.Choice(Words.TiersApply)) { Default = "marginal" };

    public static readonly Field<BoundRule?> AtBound = new(
        "at-bound",
        "Whether a value exactly at a bound has reached it (upper) or not yet (lower).",
        Forms.Choice(Words.AtBound)) { Default = "upper" };

    public static readonly Field<Bound?> Threshold = new(
        "threshold",
        "Below it nothing is paid; from it on everything. 40% is of the quota, 40 is in units of the measure.",
        Forms.Bound);

    public static readonly Field Multiplier = new(
        "multiplier",
        "A factor that follows from a component's attainment, or a list of such: each applies in turn.",
        new Shape.Either(PayShapes.Multiplier, new Shape.List(PayShapes.Multiplier)));

    public static readonly Field Gate = new(
        "gate", "Nothing is paid until a component's attainment has reached a bound.", PayShapes.Gate);

    public static readonly Field<decimal?> Cap = new(
        "cap", "The most that it earns in a window, in plan currency.", Forms.Money);

    public static readonly Field<decimal?> Floor = new(
        "floor", "The least that it earns in a window that has any credit, in plan currency.", Forms.Money);

    public static readonly Alternatives Pays = new(Needed: false, Rate, PerUnit, Tiers, Curve, Matrix);

    public static readonly Map Component = new(
        "component",
        "One way in which a plan pays; one that pays in no way only measures, for others.",
        Id, Title, Credit, When, Measure, Limit, Window, Quota, Rate, PerUnit, Tiers, Curve, Matrix, TiersApply,
        AtBound, Threshold, Multiplier, Gate, Cap, Floor) { Alternatives = [Pays] };

    /// <summary>Modifiers of pay: without pay they do nothing.</summary>
    public static readonly ImmutableArray<Field> Modifiers = [Threshold, Multiplier, Gate, Cap];
}
