namespace Commission.Engine;

/// <summary>What tiers pay at their bounds, as far as it is known without a quota.</summary>
internal static class TierPayBounds
{
    /// <summary>What the tiers below each tier pay up to its start; null where a quota decides.</summary>
    public static IEnumerable<decimal?> Starts(Pay.Tiered tiered)
    {
        decimal? sum = 0;
        yield return sum;
        for (var i = 1; i < tiered.Tiers.Length; i++)
        {
            var (below, start) = (tiered.Tiers[i - 1], tiered.Tiers[i].From);
            sum = tiered.Whole ? At(below, start) : Sum(sum, Part(below, start));
            yield return sum;
        }
    }

    /// <summary>
    /// What the first tier can pay before the second starts; null where a quota decides, or nothing ends it.
    /// </summary>
    public static decimal? ByFirst(Pay.Tiered tiered) => tiered.Tiers[0] is { Kind: TierKind.Amount } flat
        ? flat.Value
        : Starts(tiered).ElementAtOrDefault(1);

    /// <summary>Whether from a tier's start on nothing less than a sum can be paid.</summary>
    public static bool NeverBelow(Pay.Tiered tiered, int index, decimal sum)
    {
        var above = tiered.Tiers.Skip(index).ToList();
        return above.TrueForAll(tier => tier.Value >= 0)
            && (!tiered.Whole || above.TrueForAll(tier => At(tier, tier.From) >= sum));
    }

    /// <summary>Whether the whole pays less in the upper tier than at the end of the lower.</summary>
    public static bool Falls(Tier below, Tier above) =>
        (below.Kind == TierKind.Amount) == (above.Kind == TierKind.Amount)
            ? above.Value < below.Value
            : At(above, above.From) < At(below, above.From);

    private static decimal? At(Tier tier, Bound at) =>
        tier.Kind == TierKind.Amount ? tier.Value : at.OfQuota ? null : Product(at.Value, tier.Value);

    private static decimal? Part(Tier tier, Bound to) =>
        tier.Kind == TierKind.Amount ? tier.Value
        : to.OfQuota ? null
        : Product(to.Value - tier.From.Value, tier.Value);

    // Only advice depends on it, so figures whose product could leave decimal's range are simply not judged.
    private static decimal? Product(decimal one, decimal other) =>
        Math.Abs(one) < 1e13m && Math.Abs(other) < 1e13m ? one * other : null;

    private static decimal? Sum(decimal? one, decimal? other) =>
        Math.Abs(one ?? 0) < 1e27m && Math.Abs(other ?? 0) < 1e27m ? one + other : null;
}
