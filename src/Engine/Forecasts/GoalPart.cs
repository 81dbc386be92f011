namespace Commission.Engine;

/// <summary>A part of what is earned, as a function of more of one component's measure.</summary>
/// <param name="Component">That earns it.</param>
/// <param name="Window">Its window.</param>
/// <param name="Sign">1 or −1.</param>
/// <param name="Tallies">By slot: what is there already.</param>
/// <param name="Slot">Of the component whose measure grows: its own, or one that its multipliers or matrix read.
/// </param>
internal sealed record GoalPart(ComponentRules Component, Window Window, int Sign, Tally[] Tallies, int Slot)
{
    /// <summary>The most that counts: a deal window's one deal is held by the component's limit.</summary>
    public decimal? Limit { get; init; }

    /// <summary>Each unit is a deal with a window of its own.</summary>
    public bool Each { get; init; }

    /// <summary>Whether this may be a product of several straight lines, and so bend within a piece.</summary>
    public bool MayBend => !Each && Lines > 1;

    /// <summary>What rounding can add at most.</summary>
    public decimal HalfUnit => new(5, 0, 0, isNegative: false, (byte)(Component.Plan.Currency.Digits + 1));

    private int Lines =>
        (Component.Slot == Slot && Component.Definition.Pay is not null ? 1 : 0) +
        Component.Definition.Multipliers.Where(
            (multiplier, i) => multiplier is Multiplier.Curved && Component.MultipliersBy[i]?.Slot == Slot).Count();

    /// <summary>What it earns with more; 0: as things stand, without any further credit.</summary>
    public decimal Value(decimal more)
    {
        if (Each)
        {
            return more * At(1m, Earned);
        }

        return Sign * At(more, Earned);
    }

    /// <summary>Whether it earns its cap with more.</summary>
    public bool IsCapped(decimal more) => Sign > 0 && Component.Definition.Cap is { } cap &&
        At(Each ? 1m : more, Earned) == (Component.Terms.Part(Window) * cap)
            .Round(Component.Plan.Currency.Digits, Component.Plan.Rounding);

    /// <summary>Whether from one amount to another of a piece it is, before rounding, the product of its factors:
    /// neither capped nor floored.</summary>
    public bool IsFree(decimal first, decimal last) => Each || (IsFree(first) && IsFree(last));

    /// <summary>Whether at most one of its factors changes between two amounts.</summary>
    public bool IsStraight(decimal first, decimal last)
    {
        var (left, right) = (Factors(first), Factors(last));
        return left.Where((factor, i) => factor != right[i]).Count() < 2;
    }

    /// <summary>What is multiplied to what it earns, before cap, floor and rounding. Each is a straight line between
    /// neighbouring <see cref="Bounds"/>.</summary>
    public List<Exact> Factors(decimal more) => Each ? [Value(more)] : At(more, FactorsOf);

    /// <summary>Whether the two add up to nothing, whatever is added to both.</summary>
    public bool Cancels(GoalPart other) => Component == other.Component && Window == other.Window &&
        Sign == -other.Sign && Tallies.AsSpan().SequenceEqual(other.Tallies);

    /// <summary>Where, in units credited, the line changes or jumps.</summary>
    public IEnumerable<Exact> Bounds()
    {
        if (Each)
        {
            return [];
        }

        var bounds = PayBounds.Of(Component, Window, Slot);
        bounds = Component.Slot == Slot ? bounds.Append(Exact.Zero) : bounds;
        return bounds.Select(bound => bound - Tallies[Slot].Sum).Concat(Limit is { } limit ? [limit] : []);
    }

    private T At<T>(decimal more, Func<Tally[], T> read)
    {
        if (more == 0m)
        {
            return read(Tallies);
        }

        var tallies = Tallies.ToArray();
        tallies[Slot] += new Tally(Limit is { } limit ? Math.Min(more, limit) : more, 1, 0);
        return read(tallies);
    }

    private bool IsFree(decimal more)
    {
        var pay = Factors(more).Aggregate(Exact.One, (product, factor) => product * factor);
        var part = Component.Terms.Part(Window);
        return (Component.Definition.Cap is not { } cap || pay < (part * cap).ToExact()) &&
            (Component.Definition.Floor is not { } floor || pay > (part * floor).ToExact());
    }

    private decimal Earned(Tally[] tallies) => Pays.Of(Component, Window, tallies).Earned;

    private List<Exact> FactorsOf(Tally[] tallies)
    {
        if (!Pays.HasQuotas(Component, Window) || !Pays.TargetOf(Component, Window, out var target))
        {
            return [Exact.Zero];
        }

        var pay = tallies[Component.Slot].Sum.Sign > 0
            ? Pays.Base(Component, Window, tallies, target, trace: null)
            : Ratio.Zero;
        var definition = Component.Definition;
        var factors = new List<Exact>
        {
            Modifiers.Threshold(Component, Window, tallies, pay, trace: null).ToExact(),
        };
        for (var i = 0; i < definition.Multipliers.Length; i++)
        {
            var attainment = Pays.AttainmentOf(Component.MultipliersBy[i], Window, tallies)!.Value;
            factors.Add(Modifiers.Factor(definition.Multipliers[i], attainment, definition.AtBound).ToExact());
        }

        return factors;
    }
}
