namespace Commission.Engine.Tests.Oracle;

/// <summary>F: what a component has earned to date, from the totals of the window so far.</summary>
/// <param name="plan">The version that governs.</param>
/// <param name="assignment">Whose quotas and targets hold.</param>
/// <param name="window">The window.</param>
/// <param name="credited">The total of each component in that window so far.</param>
internal sealed class OraclePay(
    OraclePlan plan, OracleAssignment assignment, OracleWindow window, Func<string, Rational> credited)
{
    public Rational? Attainment(OracleComponent component) =>
        assignment.Quota(component, window) is { } quota ? credited(component.Id) / quota : null;

    /// <summary>F, rounded.</summary>
    /// <param name="component">One of the plan's.</param>
    /// <param name="anyCredit">Whether the window has any credit.</param>
    public Rational F(OracleComponent component, bool anyCredit)
    {
        if (LacksQuota(component) || LacksTarget(component))
        {
            return Rational.Zero;
        }

        var pay = credited(component.Id).Sign <= 0 ? Rational.Zero : Base(component);
        if (component.Threshold is { } threshold && !Reaches(component, threshold))
        {
            pay = Rational.Zero;
        }

        foreach (var multiplier in component.Multipliers)
        {
            pay *= Factor(multiplier, Attainment(plan.Component(multiplier.By))!, component);
        }

        var part = assignment.Part(window);
        pay = component.Cap is { } cap ? Rational.Smaller(pay, cap * part) : pay;
        pay = component.Floor is { } floor && anyCredit ? Rational.Larger(pay, floor * part) : pay;
        return pay.Round(plan.Digits, plan.TiesToEven);
    }

    private static bool HasReached(Rational value, Rational bound, OracleComponent component) =>
        value > bound || (value.Equals(bound) && (!component.WaitsAboveBound || bound.Sign == 0));

    private static Rational Between(List<Step> points, Rational at, bool goesOn)
    {
        var next = points.FindIndex(point => at <= point.At);
        if (next == 0 || (next < 0 && (!goesOn || points.Count == 1)))
        {
            return next == 0 ? points[0].Value : points[^1].Value;
        }

        var to = next < 0 ? points[^1] : points[next];
        var from = next < 0 ? points[^2] : points[next - 1];
        return from.Value + ((to.Value - from.Value) * (at - from.At) / (to.At - from.At));
    }

    private static Rational Factor(OracleMultiplier multiplier, Rational attainment, OracleComponent component)
    {
        if (multiplier.IsLines)
        {
            return Between(multiplier.Steps, attainment, multiplier.GoesOn);
        }

        var reached = multiplier.Steps.LastOrDefault(step => HasReached(attainment, step.At, component));
        return reached?.Value ?? (multiplier.IsGate ? Rational.Zero : multiplier.Steps[0].Value);
    }

    private bool LacksQuota(OracleComponent component)
    {
        var needed = component.Multipliers.Select(multiplier => multiplier.By).ToList();
        if (component.Pay == "curve" || component.Threshold is { IsPercent: true }
            || component.Tiers.Any(tier => tier.From.IsPercent))
        {
            needed.Add(component.Id);
        }

        if (component.Pay == "matrix")
        {
            needed.AddRange([component.Rows!.By, component.Columns!.By]);
        }

        return needed.Exists(id => Attainment(plan.Component(id)) is null);
    }

    private bool LacksTarget(OracleComponent component) =>
        component.Pay is "curve" or "matrix" && assignment.Target(component, window) is null;

    private bool Reaches(OracleComponent component, Number bound) =>
        HasReached(bound.IsPercent ? Attainment(component)! : credited(component.Id), bound.Value, component);

    private Rational Base(OracleComponent component) => component.Pay switch
    {
        "rate" or "per-unit" => credited(component.Id) * component.Rate,
        "tiers" => component.TiersAreWhole ? Whole(component) : Marginal(component),
        "curve" => OfTarget(component, OnCurve(component)),
        "matrix" => OfTarget(component, Cell(component)),
        _ => Rational.Zero,
    };

    private Rational OfTarget(OracleComponent component, Rational part) =>
        assignment.Target(component, window)! * part;

    private Rational OnCurve(OracleComponent component)
    {
        var attainment = Attainment(component)!;
        return attainment < component.Points[0].At
            ? Rational.Zero
            : Between(component.Points, attainment, component.CurveGoesOn);
    }

    private Rational Cell(OracleComponent component)
    {
        int Last(Axis axis) => axis.From.FindLastIndex(
            from => HasReached(Attainment(plan.Component(axis.By))!, from, component));
        var (row, column) = (Last(component.Rows!), Last(component.Columns!));
        return row < 0 || column < 0 ? Rational.Zero : component.Cells[row][column];
    }

    private Rational Whole(OracleComponent component)
    {
        var tier = component.Tiers.LastOrDefault(tier => Reaches(component, tier.From));
        return tier is null ? Rational.Zero
            : tier.Pays == "amount" ? tier.Value
            : tier.Value * credited(component.Id);
    }

    private Rational Marginal(OracleComponent component)
    {
        var total = credited(component.Id);
        Rational Units(OracleTier tier) => tier.From.IsPercent
            ? tier.From.Value * assignment.Quota(component, window)!
            : tier.From.Value;

        var sum = Rational.Zero;
        for (var i = 0; i < component.Tiers.Count; i++)
        {
            var tier = component.Tiers[i];
            if (Reaches(component, tier.From))
            {
                var end = i + 1 < component.Tiers.Count
                    ? Rational.Smaller(total, Units(component.Tiers[i + 1]))
                    : total;
                sum += tier.Pays == "amount" ? tier.Value : (end - Units(tier)) * tier.Value;
            }
        }

        return sum;
    }
}
