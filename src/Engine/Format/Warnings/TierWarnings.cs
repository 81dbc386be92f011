namespace Commission.Engine;

/// <summary>What is legal in a list of tiers, but never pays, or pays other than it seems to.</summary>
internal static class TierWarnings
{
    public static void Run(Fields fields, Component component, Pay.Tiered tiered)
    {
        var list = fields.At(ComponentShapes.Tiers);
        WarnOfFirst(fields, tiered, component.Cap);
        WarnOfLimit(list, component, tiered);
        WarnOfCap(list, component, tiered);
        WarnOfThreshold(list, component, tiered);
        WarnOfFalls(list, tiered);
        if (tiered.Tiers.All(tier => tier.Value == 0))
        {
            list?.Warn("every tier pays nothing");
        }
    }

    private static void WarnOfFirst(Fields fields, Pay.Tiered tiered, decimal? cap)
    {
        var first = tiered.Tiers[0];
        if (first.From.Value > 0)
        {
            fields.At(ComponentShapes.Tiers)?.Warn("nothing is paid below the first tier, which starts above zero");
        }

        if (TierPayBounds.ByFirst(tiered) is { } paid && cap < paid)
        {
            fields.At(ComponentShapes.Cap)?.Warn(
                $"the first tier alone can pay {paid.Short()}: the cap holds before any other");
        }
    }

    // A deal in a window of its own counts no more than the limit; a deal that is counted by number, no more than 1.
    private static void WarnOfLimit(Spot? list, Component component, Pay.Tiered tiered)
    {
        if (Most(component) is not { } most || tiered.Tiers[0].From.OfQuota)
        {
            return;
        }

        for (var i = 0; i < tiered.Tiers.Length; i++)
        {
            var from = tiered.Tiers[i].From.Value;
            if (from > most || (from == most && from > 0 && component.AtBound == BoundRule.Lower))
            {
                list.Inner(i).Inner(PayShapes.TierFrom.Name)?.Warn(
                    $"the tier is never reached: a window of one deal counts at most {most.Short()}");
            }
        }
    }

    /// <summary>The most that a window of one deal can count; null where nothing bounds it.</summary>
    public static decimal? Most(Component component) => component switch
    {
        { Window: not WindowKind.Deal } => null,
        { Measure.Kind: MeasureKind.Deals } => Math.Min(component.Limit ?? 1, 1),
        _ => component.Limit,
    };

    private static void WarnOfCap(Spot? list, Component component, Pay.Tiered tiered)
    {
        if (component.Cap is not { } cap || cap <= 0 || component.Multipliers.Length > 0)
        {
            return;
        }

        // Of the first tier WarnOfFirst has spoken already.
        var reached = TierPayBounds.Starts(tiered).Index().FirstOrDefault(start => start.Item >= cap).Index;
        var isSaid = reached == 1 && TierPayBounds.ByFirst(tiered) > cap;
        if (reached > 0 && !isSaid && TierPayBounds.NeverBelow(tiered, reached, cap))
        {
            list.Inner(reached)?.Warn($"the cap of {cap.Short()} is reached before this tier can pay");
        }
    }

    // Where the highest tier pays for everything, tiers that end below the threshold pay for nothing.
    private static void WarnOfThreshold(Spot? list, Component component, Pay.Tiered tiered)
    {
        var tiers = tiered.Tiers;
        var bounds = component.Multipliers.OfType<Multiplier.Gate>().Where(gate => gate.By == component.Id)
            .Select(gate => new Bound(gate.From, OfQuota: true))
            .Concat(component.Threshold is { } threshold ? [threshold] : [])
            .Where(bound => bound.OfQuota == tiers[0].From.OfQuota).Select(bound => bound.Value).ToList();
        for (var i = 0; tiered.Whole && bounds.Count > 0 && i + 1 < tiers.Length; i++)
        {
            if (tiers[i + 1].From.Value <= bounds.Max() && tiers[i].Value != 0)
            {
                list.Inner(i)?.Warn("the tier never pays: it ends before the threshold, or gate, is reached");
            }
        }
    }

    // With whole tiers a lower rate above a bound takes back what was earned below it.
    private static void WarnOfFalls(Spot? list, Pay.Tiered tiered)
    {
        for (var i = 1; tiered.Whole && i < tiered.Tiers.Length; i++)
        {
            if (TierPayBounds.Falls(tiered.Tiers[i - 1], tiered.Tiers[i]))
            {
                list.Inner(i)?.Warn("one more unit pays less here: the tier pays for everything, also what lies below");
            }
        }
    }
}
