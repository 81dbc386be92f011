namespace Commission.Engine;

/// <summary>Threshold, multipliers, cap and floor, in this order.</summary>
internal static class Modifiers
{
    public static Ratio Apply(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, Ratio pay,
        TraceBuilder? trace) =>
        Bounded(component, window, tallies, Scaled(component, window, tallies, pay, trace), trace);

    /// <summary>Threshold and multipliers.</summary>
    public static Ratio Scaled(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, Ratio pay,
        TraceBuilder? trace)
    {
        pay = Threshold(component, window, tallies, pay, trace);
        var multipliers = component.Definition.Multipliers;
        for (var i = 0; i < multipliers.Length; i++)
        {
            var attainment = Pays.AttainmentOf(component.MultipliersBy[i], window, tallies)!.Value;
            var factor = Factor(multipliers[i], attainment, component.Definition.AtBound);
            pay *= factor;
            trace?.Multiplier(i, attainment, factor, pay);
        }

        return pay;
    }

    /// <summary>Cap and floor.</summary>
    public static Ratio Bounded(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, Ratio pay,
        TraceBuilder? trace) =>
        Floor(component, window, tallies, Cap(component, window, pay, trace), trace);

    internal static Ratio Threshold(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, Ratio pay,
        TraceBuilder? trace)
    {
        if (component.Definition.Threshold is not { } threshold)
        {
            return pay;
        }

        var credited = tallies[component.Slot].Sum;
        var rule = component.Definition.AtBound;
        var reached = threshold.OfQuota
            ? Pays.AttainmentOf(component, window, tallies)!.Value.Reaches(threshold.Value, rule)
            : Bounds.Reached(credited, threshold.Value, rule);
        var left = reached ? pay : Ratio.Zero;
        trace?.Threshold(threshold, reached, left);
        return left;
    }

    internal static Ratio Factor(Multiplier multiplier, Attainment attainment, BoundRule rule)
    {
        switch (multiplier)
        {
            case Multiplier.Gate gate:
                return Ratio.Of(attainment.Reaches(gate.From, rule) ? 1m : 0m);
            case Multiplier.Curved curved:
                return attainment.On(curved.Points, curved.Beyond, before: curved.Points[0].Value);
            case Multiplier.Tiered tiered:
                return Ratio.Of(tiered.Tiers[Math.Max(0, attainment.LastReached(tiered.Tiers, rule))].Value);
            default:
                throw new InvalidOperationException($"Unknown multiplier: {multiplier}.");
        }
    }

    private static Ratio Cap(ComponentRules component, Window window, Ratio pay, TraceBuilder? trace)
    {
        if (component.Definition.Cap is not { } cap)
        {
            return pay;
        }

        var most = component.Terms.Part(window) * cap;
        var left = pay.ComparedWith(most) > 0 ? most : pay;
        trace?.Cap(cap, most, left);
        return left;
    }

    private static Ratio Floor(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, Ratio pay,
        TraceBuilder? trace)
    {
        if (component.Definition.Floor is not { } floor || tallies[component.Slot].Counted == 0)
        {
            return pay;
        }

        var least = component.Terms.Part(window) * floor;
        var raised = pay.ComparedWith(least) < 0 ? least : pay;
        trace?.Floor(floor, least, raised);
        return raised;
    }
}
