using System.Collections.Immutable;

namespace Commission.Engine.Tests.Rules;

/// <summary>F written down a second time, as the format's page reads, on fractions of big integers: slow, and nothing
/// can be
/// lost. Each attainment is a real quotient here.</summary>
internal static class PlainFractions
{
    private static readonly BigFraction Zero = BigFraction.Of(0m);
    private static readonly BigFraction One = BigFraction.Of(1m);

    public static decimal Pay(
        Component component, IReadOnlyDictionary<string, (BigFraction Credited, BigFraction? Quota)> standing,
        decimal? repTarget, int digits, RoundingRule rounding)
    {
        var (credited, quota) = standing[component.Id];
        var attainment = quota is null ? null : BigFraction.Divide(credited, quota);
        BigFraction? By(string id) => standing[id].Quota is { } its
            ? BigFraction.Divide(standing[id].Credited, its)
            : null;

        var pay = Zero;
        if (BigFraction.Compare(credited, Zero) > 0)
        {
            pay = Base(component, credited, quota, attainment, By, repTarget);
        }

        if (component.Threshold is { } threshold &&
            !Reached(threshold.OfQuota ? attainment! : credited, threshold.Value, component.AtBound))
        {
            pay = Zero;
        }

        foreach (var multiplier in component.Multipliers)
        {
            pay = BigFraction.Multiply(pay, Factor(multiplier, By(multiplier.By)!, component.AtBound));
        }

        pay = component.Cap is { } cap ? Smaller(pay, BigFraction.Of(cap)) : pay;
        pay = component.Floor is { } floor ? Larger(pay, BigFraction.Of(floor)) : pay;
        return pay.Round(digits, rounding);
    }

    private static BigFraction Base(Component component, BigFraction credited, BigFraction? quota,
        BigFraction? attainment, Func<string, BigFraction?> by, decimal? repTarget)
    {
        BigFraction OfTarget(Target target, BigFraction part) =>
            BigFraction.Multiply(BigFraction.Of(target.Fixed ?? repTarget!.Value), part);

        return component.Pay switch
        {
            null => Zero,
            Pay.Flat flat => BigFraction.Multiply(credited, BigFraction.Of(flat.Rate)),
            Pay.PerUnit each => BigFraction.Multiply(credited, BigFraction.Of(each.Money)),
            Pay.Tiered tiers => Tiered(tiers, component.AtBound, credited, quota),
            Pay.Curve curve => OfTarget(curve.Target, On(curve.Points, curve.Beyond, attainment!, Zero)),
            Pay.Matrix matrix => OfTarget(matrix.Target, Cell(matrix, by, component.AtBound)),
            _ => throw new InvalidOperationException(component.Pay.ToString()),
        };
    }

    private static BigFraction Tiered(Pay.Tiered tiers, BoundRule rule, BigFraction credited, BigFraction? quota)
    {
        var bounds = tiers.Tiers.Select(tier => tier.From.OfQuota
            ? BigFraction.Multiply(BigFraction.Of(tier.From.Value), quota!)
            : BigFraction.Of(tier.From.Value)).ToList();
        var reached = bounds.TakeWhile(bound => BigFraction.Compare(credited, bound) is var order &&
            (order > 0 || (order == 0 && (rule == BoundRule.Upper || bound.Numerator.IsZero)))).Count();
        if (tiers.Whole)
        {
            return reached == 0 ? Zero : Part(tiers.Tiers[reached - 1], credited);
        }

        var sum = Zero;
        for (var i = 0; i < reached; i++)
        {
            var end = i + 1 < bounds.Count ? Smaller(credited, bounds[i + 1]) : credited;
            var width = BigFraction.Add(end, BigFraction.Multiply(bounds[i], BigFraction.Of(-1m)));
            sum = BigFraction.Add(sum, Part(tiers.Tiers[i], width));
        }

        return sum;
    }

    private static BigFraction Part(Tier tier, BigFraction units) => tier.Kind == TierKind.Amount
        ? BigFraction.Of(tier.Value)
        : BigFraction.Multiply(units, BigFraction.Of(tier.Value));

    private static BigFraction Cell(Pay.Matrix matrix, Func<string, BigFraction?> by, BoundRule rule)
    {
        var row = matrix.Rows.From.TakeWhile(from => Reached(by(matrix.Rows.By)!, from, rule)).Count();
        var column = matrix.Columns.From.TakeWhile(from => Reached(by(matrix.Columns.By)!, from, rule)).Count();
        return row == 0 || column == 0 ? Zero : BigFraction.Of(matrix.Cells[row - 1][column - 1]);
    }

    private static BigFraction Factor(Multiplier multiplier, BigFraction attainment, BoundRule rule) =>
        multiplier switch
        {
            Multiplier.Gate gate => Reached(attainment, gate.From, rule) ? One : Zero,
            Multiplier.Tiered tiers => BigFraction.Of(tiers.Tiers
                .TakeWhile((tier, index) => index == 0 || Reached(attainment, tier.At, rule)).Last().Value),
            Multiplier.Curved lines => On(
                lines.Points, lines.Beyond, attainment, BigFraction.Of(lines.Points[0].Value)),
            _ => throw new InvalidOperationException(multiplier.ToString()),
        };

    private static BigFraction On(
        ImmutableArray<CurvePoint> points, BeyondRule beyond, BigFraction at, BigFraction before)
    {
        if (BigFraction.Compare(at, BigFraction.Of(points[0].At)) < 0)
        {
            return before;
        }

        for (var i = 0; i + 1 < points.Length; i++)
        {
            var isLast = i + 2 == points.Length && beyond == BeyondRule.Continue;
            if (isLast || BigFraction.Compare(at, BigFraction.Of(points[i + 1].At)) <= 0)
            {
                var way = BigFraction.Add(at, BigFraction.Of(-points[i].At));
                var slope = BigFraction.Divide(
                    BigFraction.Of(points[i + 1].Value - points[i].Value),
                    BigFraction.Of(points[i + 1].At - points[i].At));
                return BigFraction.Add(BigFraction.Of(points[i].Value), BigFraction.Multiply(way, slope));
            }
        }

        return BigFraction.Of(points[^1].Value);
    }

    private static bool Reached(BigFraction value, decimal bound, BoundRule rule)
    {
        var order = BigFraction.Compare(value, BigFraction.Of(bound));
        return order > 0 || (order == 0 && (rule == BoundRule.Upper || bound == 0m));
    }

    private static BigFraction Smaller(BigFraction left, BigFraction right) =>
        BigFraction.Compare(left, right) <= 0 ? left : right;

    private static BigFraction Larger(BigFraction left, BigFraction right) =>
        BigFraction.Compare(left, right) >= 0 ? left : right;
}
