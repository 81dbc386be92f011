namespace Commission.Engine;

/// <summary>What is legal in a component by itself, but has no effect, or another than it seems to have.</summary>
internal static class ComponentWarnings
{
    public static void Run(Fields fields, Component component)
    {
        WarnOfZeros(fields, component);
        WarnOfBounds(fields, component);
        UnitWarnings.Run(fields, component);
        MultiplierWarnings.Run(fields, component);
        switch (component.Pay)
        {
            case Pay.Tiered tiered:
                TierWarnings.Run(fields, component, tiered);
                break;
            case Pay.Curve curve:
                WarnOfCurve(fields.At(ComponentShapes.Curve), curve);
                break;
            case Pay.Matrix matrix:
                WarnOfMatrix(fields.At(ComponentShapes.Matrix), matrix);
                break;
            case null when component.Floor > 0:
                fields.At(ComponentShapes.Floor)?.WarnAtName(
                    "is paid in each window with a credit, though the component pays nothing else");
                break;
        }
    }

    private static void WarnOfZeros(Fields fields, Component component)
    {
        if (component.Threshold is { Value: 0 })
        {
            fields.At(ComponentShapes.Threshold)?.Warn("zero is always reached: the threshold has no effect");
        }

        if (component.Limit == 0)
        {
            fields.At(ComponentShapes.Limit)?.Warn("with a limit of zero no deal counts; leave it out for no limit");
        }

        if (component.Cap == 0)
        {
            fields.At(ComponentShapes.Cap)?.Warn("with a cap of zero nothing is ever paid; leave it out for no cap");
        }
        else if (component.Cap is { } cap && cap == component.Floor)
        {
            fields.At(ComponentShapes.Cap)?.Warn($"is also the floor: every window with a credit pays {cap.Short()}");
        }

        var (rate, unit) = (fields.At(ComponentShapes.Rate), fields.At(ComponentShapes.PerUnit));
        if (component.Pay is Pay.Flat { Rate: 0 } or Pay.PerUnit { Money: 0 })
        {
            (rate ?? unit)?.Warn("zero pays nothing; a component that only measures leaves it out");
        }
    }

    private static void WarnOfBounds(Fields fields, Component component)
    {
        var hasBounds = component.Pay is Pay.Tiered or Pay.Matrix || component.Threshold is not null
            || component.Multipliers.Any(multiplier => multiplier is not Multiplier.Curved);
        if (!hasBounds)
        {
            fields.At(ComponentShapes.AtBound)?.WarnAtName("has no effect: nothing in the component has a bound");
        }

        if (component.Threshold is { OfQuota: false } threshold && TierWarnings.Most(component) < threshold.Value)
        {
            fields.At(ComponentShapes.Threshold)?.Warn(
                $"is never reached: a window of one deal counts at most {TierWarnings.Most(component)?.Short()}");
        }
    }

    private static void WarnOfCurve(Spot? spot, Pay.Curve curve)
    {
        WarnOfTarget(spot, curve.Target);
        for (var i = 1; i < curve.Points.Length; i++)
        {
            if (curve.Points[i].Value < curve.Points[i - 1].Value)
            {
                spot.Inner(PayShapes.CurvePoints.Name).Inner(i)?.Warn(
                    "the curve falls here: more attainment pays less");
            }
        }
    }

    private static void WarnOfMatrix(Spot? spot, Pay.Matrix matrix)
    {
        WarnOfTarget(spot, matrix.Target);
        if (matrix.Rows.By == matrix.Columns.By)
        {
            spot.Inner(PayShapes.Columns.Name).Inner(PayShapes.By.Name)?.Warn(
                $"'{matrix.Columns.By}' chooses the row and the column: most cells are never reached");
        }
    }

    private static void WarnOfTarget(Spot? spot, Target target)
    {
        if (target.Fixed == 0)
        {
            spot.Inner(PayShapes.Target.Name)?.Warn(
                "every share of a target of zero is zero; 'rep' takes the payee's own target", Words.RepsOwn);
        }
    }
}
