namespace Commission.Engine;

/// <summary>What a component's fields say together: contradictions, and what is legal but may surprise.</summary>
internal static class ComponentChecks
{
    /// <param name="fields">The component's fields.</param>
    /// <param name="component">What was read of it.</param>
    /// <param name="findings">What its readers found.</param>
    /// <param name="isClean">Whether all of it could be read.</param>
    public static void Run(Fields fields, Component component, Findings findings, bool isClean)
    {
        foreach (var spot in fields["quota"] is null ? findings.NeedQuota : [])
        {
            spot.Error("needs attainment, but the component names no quota", "quota");
        }

        CheckCap(fields, component, isClean);

        if (component.Pay is not Pay.Tiered && fields["tiers-apply"] is { } apply && fields["tiers"] is null)
        {
            fields.Take(ComponentShapes.TiersApply);
            apply.WarnAtName("has no effect without tiers");
        }

        if (!fields.Among(ComponentShapes.Pays.Names).Any())
        {
            foreach (var unused in fields.Among([.. ComponentShapes.Modifiers.Select(field => field.Name)]))
            {
                unused.WarnAtName("has no effect: the component pays nothing, it only measures");
            }
        }
    }

    private static void CheckCap(Fields fields, Component component, bool isClean)
    {
        if (component.Cap < component.Floor)
        {
            fields["cap"]?.Error($"lies below the floor, {component.Floor}");
        }
        else if (isClean && component.Cap < 0 && !CanBeNegative(component))
        {
            fields["cap"]?.Error("is below zero, but nothing in the component can pay below zero");
        }
    }

    private static bool CanBeNegative(Component component) =>
        component.Pay switch
        {
            Pay.Flat flat => flat.Rate < 0,
            Pay.PerUnit unit => unit.Money < 0,
            Pay.Tiered tiered => tiered.Tiers.Any(tier => tier.Value < 0),
            Pay.Curve curve => curve.Target.Fixed is null or < 0 || curve.Beyond == BeyondRule.Continue
                || curve.Points.Any(point => point.Value < 0),
            Pay.Matrix matrix => matrix.Target.Fixed is null or < 0
                || matrix.Cells.Any(row => row.Any(cell => cell < 0)),
            _ => false,
        }
        || component.Multipliers.Any(HasNegative);

    private static bool HasNegative(Multiplier multiplier) => multiplier switch
    {
        Multiplier.Tiered tiered => tiered.Tiers.Any(tier => tier.Value < 0),
        Multiplier.Curved { Beyond: BeyondRule.Continue } => true,
        Multiplier.Curved curved => curved.Points.Any(point => point.Value < 0),
        _ => false,
    };
}
