using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>One version of a compensation plan. Valid by construction when it comes from <c>PlanFormat</c>.</summary>
/// <param name="Id">Lower-case letters, digits and '-', 1 to 64 of them.</param>
/// <param name="Title">For people; the id where the document gives none.</param>
/// <param name="Currency">All pay of the plan is in it.</param>
/// <param name="Effective">Governs credits dated on or after this day.</param>
/// <param name="Pays">One statement for each such period.</param>
/// <param name="YearStarts">Month in which the fiscal year starts, 1 to 12.</param>
/// <param name="Rounding">How ties are rounded to the currency's minor unit.</param>
/// <param name="Components">In the order of evaluation; ids are unique.</param>
/// <param name="Draw">Applied to each statement; null without one.</param>
public sealed record Plan(
    string Id,
    string Title,
    Currency Currency,
    DateOnly Effective,
    PayFrequency Pays,
    int YearStarts,
    RoundingRule Rounding,
    ImmutableArray<Component> Components,
    Draw? Draw)
{
    private Memo<WindowNames> _names;

    /// <summary>The name of one of its components' windows, which all payees on the plan share.</summary>
    internal string NameOf(Window window) => (_names.Value ??= new WindowNames()).Of(window, YearStarts);
}

/// <summary>An advance against commission, per statement.</summary>
/// <param name="Amount">In plan currency, at least 0.</param>
/// <param name="Recoverable">Whether later earnings pay it back.</param>
public sealed record Draw(decimal Amount, bool Recoverable);

/// <summary>One way in which a plan pays.</summary>
public sealed record Component
{
    /// <summary>Unique in the plan.</summary>
    public required string Id { get; init; }

    /// <summary>For people; the id where the document gives none.</summary>
    public required string Title { get; init; }

    /// <summary>The credit roles that count; never empty.</summary>
    public required ImmutableArray<CreditRole> Credit { get; init; }

    /// <summary>Every one must hold for a deal to count; empty: every deal counts.</summary>
    public ImmutableArray<Matcher> When { get; init; } = [];

    /// <summary>What is counted.</summary>
    public Measure Measure { get; init; } = Measure.Amount;

    /// <summary>The most that one deal may count, up or down, after the split; null: no limit.</summary>
    public decimal? Limit { get; init; }

    /// <summary>What is accumulated before the count starts again.</summary>
    public required WindowKind Window { get; init; }

    /// <summary>Name of the quota that this component is measured against, or null.</summary>
    public string? Quota { get; init; }

    /// <summary>How it pays; null: it only measures, for the multipliers, gates and matrices of others.</summary>
    public Pay? Pay { get; init; }

    /// <summary>For tiers, threshold, multipliers, gates and matrices.</summary>
    public BoundRule AtBound { get; init; }

    /// <summary>Below it the component pays nothing; null without one.</summary>
    public Bound? Threshold { get; init; }

    /// <summary>Applied in turn.</summary>
    public ImmutableArray<Multiplier> Multipliers { get; init; } = [];

    /// <summary>The most that it earns in a window, in plan currency.</summary>
    public decimal? Cap { get; init; }

    /// <summary>The least that it earns in a window that has any credit, in plan currency.</summary>
    public decimal? Floor { get; init; }
}

/// <summary>A bound in a list of tiers, or a threshold.</summary>
/// <param name="Value">A fraction of the quota (0.5 is 50 %), or a number in units of the measure.</param>
/// <param name="OfQuota">Which of the two.</param>
public readonly record struct Bound(decimal Value, bool OfQuota);

/// <summary>How a component's pay follows from what was credited: F, before modifiers.</summary>
public abstract record Pay
{
    private Pay()
    {
    }

    /// <summary>credited × rate.</summary>
    public sealed record Flat(decimal Rate) : Pay;

    /// <summary>credited × money for each unit.</summary>
    public sealed record PerUnit(decimal Money) : Pay;

    /// <summary>Tiers in strictly rising <c>from</c>, all bounds of one kind.</summary>
    /// <param name="Tiers">At least one.</param>
    /// <param name="Whole">True: the highest tier reached pays for everything; false: each tier pays its own
    /// part.</param>
    public sealed record Tiered(ImmutableArray<Tier> Tiers, bool Whole) : Pay
    {
        private Memo<TierSums> _sums;

        /// <summary>What the tiers below each pay, where each pays its own part.</summary>
        internal TierSums Sums => _sums.Value is { } known && known.AreOf(Tiers)
            ? known
            : _sums.Value = new TierSums(Tiers);
    }

    /// <summary>target × straight lines between points over attainment.</summary>
    public sealed record Curve(Target Target, ImmutableArray<CurvePoint> Points, BeyondRule Beyond) : Pay;

    /// <summary>target × the cell that two components' attainments have reached.</summary>
    public sealed record Matrix(Target Target, MatrixAxis Rows, MatrixAxis Columns,
        ImmutableArray<ImmutableArray<decimal>> Cells) : Pay;
}

/// <summary>What one tier pays.</summary>
public enum TierKind
{
    /// <summary>A fraction of the measure.</summary>
    Rate,

    /// <summary>Money for each unit of the measure.</summary>
    PerUnit,

    /// <summary>Flat money, once the tier is reached.</summary>
    Amount,
}

/// <summary>One tier.</summary>
/// <param name="From">Where it starts.</param>
/// <param name="Kind">What <paramref name="Value"/> means.</param>
/// <param name="Value">Rate (0.05 is 5 %), money for each unit, or flat money.</param>
public readonly record struct Tier(Bound From, TierKind Kind, decimal Value);

/// <summary>A point of a curve: attainment (1 is 100 %) and pay as a fraction of the target.</summary>
public readonly record struct CurvePoint(decimal At, decimal Value);

/// <summary>The money that a curve or matrix pays fractions of.</summary>
/// <param name="Fixed">A sum in plan currency; null: the rep's own target for this component.</param>
public readonly record struct Target(decimal? Fixed);

/// <summary>Rows or columns of a matrix.</summary>
/// <param name="By">The component whose attainment chooses.</param>
/// <param name="From">Attainments in strictly rising order.</param>
public sealed record MatrixAxis(string By, ImmutableArray<decimal> From);

/// <summary>A factor on F that follows from a component's attainment.</summary>
/// <param name="By">The component whose attainment chooses; it has a quota and the same window.</param>
public abstract record Multiplier(string By)
{
    /// <summary>The factor of the highest tier reached; the first starts at 0 %.</summary>
    public sealed record Tiered(string By, ImmutableArray<CurvePoint> Tiers) : Multiplier(By);

    /// <summary>The factor from straight lines between points.</summary>
    public sealed record Curved(string By, ImmutableArray<CurvePoint> Points, BeyondRule Beyond) : Multiplier(By);

    /// <summary>0 below <paramref name="From"/>, 1 from there on. Written as <c>gate</c>.</summary>
    public sealed record Gate(string By, decimal From) : Multiplier(By);
}
