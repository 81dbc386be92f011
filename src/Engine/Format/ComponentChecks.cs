namespace Commission.Engine;

/// <summary>What a component's fields say together: contradictions, and what is legal but may surprise.</summary>
internal static class ComponentChecks
{
    public static void Run(Fields fields, Component component, Findings findings)
    {
        foreach (var spot in fields["quota"] is null ? findings.NeedQuota : [])
        {
            spot.Error("needs attainment, but the component names no quota", "quota");
        }

        CheckCap(fields, component);
        if (component.Pay is Pay.Tiered tiered)
        {
            CheckFirst(fields, tiered, component.Cap);
            CheckFalls(fields, tiered);
        }
        else if (fields["tiers-apply"] is { } apply && fields["tiers"] is null)
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

    private static void CheckCap(Fields fields, Component component)
    {
        if (component.Cap < component.Floor)
        {
            fields["cap"]?.Error($"lies below the floor, {component.Floor}");
        }
        else if (component.Cap < 0 && !CanBeNegative(component))
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

    private static void CheckFirst(Fields fields, Pay.Tiered tiered, decimal? cap)
    {
        var first = tiered.Tiers[0];
        if (first.From.Value > 0)
        {
            fields["tiers"]?.Warn("nothing is paid below the first tier, which starts above zero");
        }

        if (PaidByFirst(tiered) is { } paid && cap < paid)
        {
            fields["cap"]?.Warn($"the first tier alone can pay {paid:0.####}: the cap holds before any other");
        }
    }

    // What the first tier can pay before the second starts; null where a quota decides, or nothing ends it.
    private static decimal? PaidByFirst(Pay.Tiered tiered)
    {
        var first = tiered.Tiers[0];
        if (first.Kind == TierKind.Amount)
        {
            return first.Value;
        }

        if (first.From.OfQuota || tiered.Tiers.Length < 2)
        {
            return null;
        }

        var counted = tiered.Tiers[1].From.Value - (tiered.Whole ? 0 : first.From.Value);
        return Product(counted, first.Value);
    }

    // With whole tiers a lower rate above a bound takes back what was earned below it.
    private static void CheckFalls(Fields fields, Pay.Tiered tiered)
    {
        var items = tiered.Whole ? fields["tiers"]?.Items("a list of tiers") : null;
        for (var i = 1; i < tiered.Tiers.Length && items?.Count == tiered.Tiers.Length; i++)
        {
            if (Falls(tiered.Tiers[i - 1], tiered.Tiers[i]))
            {
                items[i].Warn("one more unit pays less here: the whole is paid at the lower tier's rate");
            }
        }
    }

    private static bool Falls(Tier below, Tier above)
    {
        if ((below.Kind == TierKind.Amount) == (above.Kind == TierKind.Amount))
        {
            return above.Value < below.Value;
        }

        return !above.From.OfQuota && PaysAt(above, above.From.Value) < PaysAt(below, above.From.Value);
    }

    private static decimal? PaysAt(Tier tier, decimal credited) =>
        tier.Kind == TierKind.Amount ? tier.Value : Product(credited, tier.Value);

    // Only advice depends on it, so figures whose product could leave decimal's range are simply not judged.
    private static decimal? Product(decimal one, decimal other) =>
        Math.Abs(one) < 1e13m && Math.Abs(other) < 1e13m ? one * other : null;
}
