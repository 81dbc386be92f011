namespace Commission.Engine;

/// <summary>What is next on a list of tiers or a curve.</summary>
internal static class NextTiers
{
    private const int Places = 6;

    public static NextTier? Of(ComponentRules component, Window window, Exact credited)
    {
        var quota = component.Terms.QuotaOf(window);
        if (quota is null && component.NeedsQuota)
        {
            return null;
        }

        return component.Definition.Pay switch
        {
            Pay.Tiered tiers => OnTiers(tiers, component, credited, quota),
            Pay.Curve curve => OnCurve(curve, component, window, credited, quota!.Value),
            _ => null,
        };
    }

    private static NextTier? OnTiers(Pay.Tiered tiers, ComponentRules component, Exact credited, Ratio? quota)
    {
        var (unit, scale) = TierPay.Scale(tiers, quota);
        var place = credited * scale;
        var next = TierPay.LastReached(tiers.Tiers, place, unit, component.Definition.AtBound) + 1;
        if (next == tiers.Tiers.Length)
        {
            return null;
        }

        var tier = tiers.Tiers[next];
        var at = new Ratio(unit * tier.From.Value, scale);
        var there = at.Round(Places, RoundingRule.HalfEven);
        var jump = tiers.Whole
            ? PaidFor(tier, there) - (next > 0 ? PaidFor(tiers.Tiers[next - 1], there) : 0m)
            : tier.Kind == TierKind.Amount ? tier.Value : 0m;
        return new NextTier(there, Distance(at, credited), jump, tier.Kind == TierKind.Amount ? 0m : tier.Value);
    }

    private static decimal PaidFor(Tier tier, decimal units) =>
        tier.Kind == TierKind.Amount ? tier.Value : (new Exact(units) * tier.Value).ToDecimal();

    private static NextTier? OnCurve(
        Pay.Curve curve, ComponentRules component, Window window, Exact credited, Ratio quota)
    {
        var points = curve.Points;
        var next = new Attainment(credited, quota).LastReached(points, BoundRule.Upper) + 1;
        if (next == points.Length || (curve.Target.Fixed ?? component.RepTarget) is not { } target)
        {
            return null;
        }

        var whole = component.Terms.Part(window) * target;
        var at = quota * points[next].At;
        var jump = next == 0 ? (whole * points[0].Value).Round(Places, RoundingRule.HalfEven) : 0m;
        var start = next + 1 < points.Length || curve.Beyond == BeyondRule.Flat ? next : next - 1;
        var unitPays = start < 0 || start + 1 >= points.Length
            ? 0m
            : Slope(whole, quota, points[start], points[start + 1]).Round(Places, RoundingRule.HalfEven);
        return new NextTier(at.Round(Places, RoundingRule.HalfEven), Distance(at, credited), jump, unitPays);
    }

    private static Ratio Slope(Ratio target, Ratio quota, CurvePoint start, CurvePoint end) => new(
        target.Over * quota.Under * (new Exact(end.Value) - start.Value),
        target.Under * quota.Over * (new Exact(end.At) - start.At));

    // Rounded up, so that what is promised is enough.
    private static decimal Distance(Ratio at, Exact credited)
    {
        var left = new Ratio(at.Over - (credited * at.Under), at.Under);
        var rounded = left.Round(Places, RoundingRule.HalfEven);
        return Ratio.Of(rounded).ComparedWith(left) < 0 ? rounded + 0.000001m : rounded;
    }
}
