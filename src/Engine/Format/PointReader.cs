using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads lists in strictly rising attainment: points of curves, tiers of multipliers.</summary>
internal static class PointReader
{
    /// <summary>The points; errors are reported.</summary>
    /// <param name="spot">The list.</param>
    /// <param name="shape">Its items.</param>
    public static ImmutableArray<CurvePoint> Read(Spot? spot, PointShape shape)
    {
        var points = ImmutableArray.CreateBuilder<CurvePoint>();
        decimal? last = null;
        foreach (var item in spot?.Items($"a list of points with '{shape.At.Name}' and '{shape.Value.Name}'") ?? [])
        {
            var fields = item.Fields(shape.Map);
            var from = fields?.At(shape.At)?.Rising(ref last);
            if (fields?.Take(shape.Value) is { } number && from is { } start)
            {
                points.Add(new CurvePoint(start, number));
            }
        }

        return points.ToImmutable();
    }

    /// <summary>An attainment that must be above the last.</summary>
    public static decimal? Rising(this Spot spot, ref decimal? last)
    {
        var value = Forms.Fraction.Read(spot);
        if (value <= last)
        {
            spot.Error("must be higher than the one before it");
        }

        last = value ?? last;
        return value;
    }

    public static BeyondRule ReadBeyond(Fields fields, ImmutableArray<CurvePoint> points)
    {
        var beyond = fields.Take(PayShapes.Beyond) ?? BeyondRule.Flat;
        var isOne = points.Length == 1 && fields[PayShapes.CurvePoints.Name]?.Node is ListNode list
            && list.Items.Count() == 1;
        if (beyond == BeyondRule.Continue && isOne)
        {
            fields.At(PayShapes.Beyond)?.Error("there is no line to continue with one point only", "flat");
        }

        return beyond;
    }
}
