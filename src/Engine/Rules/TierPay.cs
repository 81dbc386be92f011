using System.Collections.Immutable;

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
        if (trace is not null)
        {
            Trace(tiers, component.Definition.AtBound, place, (unit, scale), trace);
        }

        var last = LastReached(tiers.Tiers, place, unit, component.Definition.AtBound);
        return last < 0
            ? Ratio.Zero
            : new Ratio(tiers.Sums.Below(last, unit, scale) + Own(tiers, last, place, unit, scale), scale);
    }

    /// <summary>Only the highest tier reached pays, for everything.</summary>
    public static Ratio Whole(
        Pay.Tiered tiers, ComponentRules component, Exact credited, Ratio? quota, TraceBuilder? trace)
    {
        var (unit, scale) = Scale(tiers, quota);
        var last = LastReached(tiers.Tiers, credited * scale, unit, component.Definition.AtBound);
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

    /// <summary>The index of the last tier reached; −1 where none is.</summary>
    /// <param name="tiers">In rising order.</param>
    /// <param name="place">Credited, times the scale.</param>
    /// <param name="unit">A bound's value times this compares with it.</param>
    /// <param name="rule">For a value exactly at a bound.</param>
    internal static int LastReached(ImmutableArray<Tier> tiers, Exact place, Exact unit, BoundRule rule)
    {
        int low = 0, high = tiers.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Bounds.Reached(place, unit * tiers[middle].From.Value, rule)
                ? (middle + 1, high)
                : (low, middle);
        }

        return low - 1;
    }

    /// <summary>A bound's value times <c>Unit</c> compares with credited times <c>Scale</c>.</summary>
    internal static (Exact Unit, Exact Scale) Scale(Pay.Tiered tiers, Ratio? quota) => tiers.Tiers[0].From.OfQuota
        ? (quota!.Value.Over, quota.Value.Under)
        : (Exact.One, Exact.One);

    // What a tier pays of what is credited from its bound on, times the scale.
    private static Exact Own(Pay.Tiered tiers, int index, Exact place, Exact unit, Exact scale)
    {
        var tier = tiers.Tiers[index];
        return tier.Kind == TierKind.Amount ? scale * tier.Value : (place - (unit * tier.From.Value)) * tier.Value;
    }

    private static void Trace(
        Pay.Tiered tiers, BoundRule rule, Exact place, (Exact Unit, Exact Scale) by, TraceBuilder trace)
    {
        var (unit, scale) = by;
        var last = LastReached(tiers.Tiers, place, unit, rule);
        for (var i = 0; i <= last; i++)
        {
            var from = unit * tiers.Tiers[i].From.Value;
            Exact? to = i + 1 < tiers.Tiers.Length ? unit * tiers.Tiers[i + 1].From.Value : null;
            var end = i < last ? to!.Value : place;
            trace.Tier(tiers, i, (from, to), scale, new Ratio(end - from, scale),
                new Ratio(Own(tiers, i, end, unit, scale), scale));
        }

        if (last + 1 < tiers.Tiers.Length)
        {
            trace.NotReached(last + 1, new Ratio(unit * tiers.Tiers[last + 1].From.Value, scale));
        }
    }
}

/// <summary>What the tiers below each tier pay when they are full: with a binary search for the tier reached, a list of
/// any length costs little more than a short one.</summary>
internal sealed class TierSums
{
    private readonly ImmutableArray<Tier> _tiers;

    // In units of the bounds: the widths of the tiers below each, times their rates; and those tiers' fixed amounts.
    private readonly Exact[] _byWidth;
    private readonly Exact[] _amounts;

    public TierSums(ImmutableArray<Tier> tiers)
    {
        _tiers = tiers;
        _byWidth = new Exact[tiers.Length];
        _amounts = new Exact[tiers.Length];
        for (var i = 1; i < tiers.Length; i++)
        {
            var below = tiers[i - 1];
            var isAmount = below.Kind == TierKind.Amount;
            var width = new Exact(tiers[i].From.Value) - below.From.Value;
            _byWidth[i] = _byWidth[i - 1] + (isAmount ? Exact.Zero : width * below.Value);
            _amounts[i] = _amounts[i - 1] + (isAmount ? below.Value : 0m);
        }
    }

    /// <summary>Whether it was made of these.</summary>
    public bool AreOf(ImmutableArray<Tier> tiers) => _tiers == tiers;

    /// <summary>What the tiers below one pay, times the scale.</summary>
    public Exact Below(int tier, Exact unit, Exact scale)
    {
        var pay = unit * _byWidth[tier];
        return _amounts[tier].IsZero ? pay : pay + (scale * _amounts[tier]);
    }
}
