using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads lists in strictly rising attainment: points of curves, tiers of multipliers.</summary>
internal static class PointReader
{
    /// <summary>The points; errors are reported.</summary>
    /// <param name="spot">The list.</param>
    /// <param name="at">The name of the attainment's field.</param>
    /// <param name="value">The name of the value's field.</param>
    /// <param name="read">Reads the value.</param>
    public static ImmutableArray<CurvePoint> Read(Spot? spot, string at, string value, Func<Spot, decimal?> read)
    {
        var points = ImmutableArray.CreateBuilder<CurvePoint>();
        decimal? last = null;
        foreach (var item in spot?.Items($"a list of points with '{at}' and '{value}'") ?? [])
        {
            var fields = item.Fields(at, value);
            var from = fields?.Need(at)?.Rising(ref last);
            if (fields?.Need(value) is { } written && read(written) is { } number && from is { } start)
            {
                points.Add(new CurvePoint(start, number));
            }
        }

        return points.ToImmutable();
    }

    /// <summary>An attainment that must be above the last.</summary>
    public static decimal? Rising(this Spot spot, ref decimal? last)
    {
        var value = spot.Fraction(10);
        if (value <= last)
        {
            spot.Error("must be higher than the one before it");
        }

        last = value ?? last;
        return value;
    }

    public static BeyondRule ReadBeyond(Spot? spot, ImmutableArray<CurvePoint> points)
    {
        var beyond = spot?.Choice(Words.Beyond) ?? BeyondRule.Flat;
        if (beyond == BeyondRule.Continue && points.Length == 1)
        {
            spot?.Error("there is no line to continue with one point only", "flat");
        }

        return beyond;
    }
}
