namespace Commission.Engine;

/// <summary>What lists of tiers pay before modifiers. Bounds in attainment are compared without dividing: everything
/// is multiplied by
/// the quota's denominator.</summary>
internal static class TierPay
{
    /// <summary>Each tier pays its own part.</summary>
    public static Ratio Marginal(
        Pay.Tiered tiers, ComponentRules component, Exact credited, Ratio? quota, TraceBuilder? trace)
    {
        var (unit, scale) = Scale(tiers, quota);
        var place = credited * scale;
        var sum = Exact.Zero;
        for (var i = 0; i < tiers.Tiers.Length; i++)
        {
            var tier = tiers.Tiers[i];
            var from = unit * tier.From.Value;
            if (!Bounds.Reached(place, from, component.Definition.AtBound))
            {
                trace?.NotReached(i, new Ratio(from, scale));
                break;
            }

            Exact? to = i + 1 < tiers.Tiers.Length ? unit * tiers.Tiers[i + 1].From.Value : null;
            var width = (to is { } bound ? Exact.Min(place, bound) : place) - from;
            var pay = tier.Kind == TierKind.Amount ? scale * tier.Value : width * tier.Value;
            sum += pay;
            trace?.Tier(tiers, i, (from, to), scale, new Ratio(width, scale), new Ratio(pay, scale));
        }

        return new Ratio(sum, scale);
    }

    /// <summary>Only the highest tier reached pays, for everything.</summary>
    public static Ratio Whole(
        Pay.Tiered tiers, ComponentRules component, Exact credited, Ratio? quota, TraceBuilder? trace)
    {
        var (unit, scale) = Scale(tiers, quota);
        var place = credited * scale;
        var last = -1;
        while (last + 1 < tiers.Tiers.Length &&
            Bounds.Reached(place, unit * tiers.Tiers[last + 1].From.Value, component.Definition.AtBound))
        {
            last++;
        }

        if (last < 0)
        {
            trace?.NotReached(0, new Ratio(unit * tiers.Tiers[0].From.Value, scale));
            return Ratio.Zero;
        }

        var tier = tiers.Tiers[last];
        var pay = Ratio.Of(tier.Kind == TierKind.Amount ? tier.Value : credited * tier.Value);
        trace?.Tier(
            tiers, last,
            (unit * tier.From.Value,
                last + 1 < tiers.Tiers.Length ? unit * tiers.Tiers[last + 1].From.Value : (Exact?)null),
            scale, Ratio.Of(credited), pay);
        return pay;
    }

    /// <summary>A bound's value times <c>Unit</c> compares with credited times <c>Scale</c>.</summary>
    internal static (Exact Unit, Exact Scale) Scale(Pay.Tiered tiers, Ratio? quota) => tiers.Tiers[0].From.OfQuota
        ? (quota!.Value.Over, quota.Value.Under)
        : (Exact.One, Exact.One);
}
