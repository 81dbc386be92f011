using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Credited / quota, never divided.</summary>
/// <param name="Credited">In units of the measure.</param>
/// <param name="Quota">Above 0.</param>
internal readonly record struct Attainment(Exact Credited, Ratio Quota)
{
    public Ratio Value => new(Credited * Quota.Under, Quota.Over);

    public bool Reaches(decimal bound, BoundRule rule) =>
        Bounds.Reached(Credited * Quota.Under, Quota.Over * bound, rule);

    /// <summary>The index of the last bound reached; −1 where none is.</summary>
    public int LastReached(ImmutableArray<decimal> bounds, BoundRule rule)
    {
        int low = 0, high = bounds.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Reaches(bounds[middle], rule) ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    /// <summary>The index of the last point reached; −1 where none is.</summary>
    public int LastReached(ImmutableArray<CurvePoint> points, BoundRule rule)
    {
        int low = 0, high = points.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Reaches(points[middle].At, rule) ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    /// <summary>The value on straight lines between points, exactly.</summary>
    /// <param name="points">In rising order of attainment.</param>
    /// <param name="beyond">What follows the last point.</param>
    /// <param name="before">What comes before the first.</param>
    public Ratio On(ImmutableArray<CurvePoint> points, BeyondRule beyond, decimal before)
    {
        var last = LastReached(points, BoundRule.Upper);
        if (last < 0)
        {
            return Ratio.Of(before);
        }

        if (last == points.Length - 1)
        {
            if (beyond == BeyondRule.Flat || last == 0)
            {
                return Ratio.Of(points[last].Value);
            }

            last--;
        }

        return OnLine(points[last], points[last + 1]);
    }

    private Ratio OnLine(CurvePoint start, CurvePoint end)
    {
        var place = Credited * Quota.Under;
        var width = Quota.Over * (new Exact(end.At) - start.At);
        var rise = new Exact(end.Value) - start.Value;
        return new Ratio((width * start.Value) + ((place - (Quota.Over * start.At)) * rise), width);
    }
}

/// <summary>Whether a value has reached a bound. A bound of 0 is reached by 0 under either rule, but by nothing below
/// it.</summary>
internal static class Bounds
{
    public static bool Reached(Exact value, Exact bound, BoundRule rule)
    {
        var order = value.CompareTo(bound);
        return order > 0 || (order == 0 && (rule == BoundRule.Upper || bound.IsZero));
    }
}
