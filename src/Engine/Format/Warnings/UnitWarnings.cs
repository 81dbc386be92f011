namespace Commission.Engine;

/// <summary>Numbers that were probably meant in another unit.</summary>
internal static class UnitWarnings
{
    // No list of bounds in money ends so low; attainments do.
    private const decimal AttainmentMax = 10;

    public static void Run(Fields fields, Component component)
    {
        var isMoney = component.Measure.Kind is MeasureKind.Amount or MeasureKind.Margin;
        var isCount = component.Measure.Kind is MeasureKind.Deals or MeasureKind.Quantity;
        WarnOfRate(fields.At(ComponentShapes.Rate), isCount && component.Pay is Pay.Flat { Rate: not 0 });
        WarnOfUnit(fields.At(ComponentShapes.PerUnit), isMoney ? (component.Pay as Pay.PerUnit)?.Money : null);
        if (component.Pay is Pay.Tiered tiered)
        {
            WarnOfTiers(fields.At(ComponentShapes.Tiers), tiered, isMoney, isCount);
        }

        if (component.Quota is not null && isMoney)
        {
            WarnOfBounds(fields, component);
        }
    }

    private static void WarnOfTiers(Spot? list, Pay.Tiered tiered, bool isMoney, bool isCount)
    {
        for (var i = 0; i < tiered.Tiers.Length; i++)
        {
            var tier = tiered.Tiers[i];
            WarnOfRate(list.Inner(i).Inner(PayShapes.TierRate.Name), isCount && tier.Value != 0);
            WarnOfUnit(list.Inner(i).Inner(PayShapes.TierPerUnit.Name), isMoney ? tier.Value : null);
        }
    }

    private static void WarnOfRate(Spot? spot, bool isOfCount)
    {
        if (isOfCount)
        {
            spot?.WarnAtName("a rate of a number of deals or units is no money; 'per-unit' pays for each", "per-unit");
        }
    }

    private static void WarnOfUnit(Spot? spot, decimal? money)
    {
        if (money is > 1 or < -1)
        {
            spot?.WarnAtName($"pays {money.Value.Short()} for each unit of money; a rate is a share of it", "rate");
        }
    }

    private static void WarnOfBounds(Fields fields, Component component)
    {
        if (component.Threshold is { OfQuota: false, Value: > 0 and <= AttainmentMax } threshold)
        {
            WarnOfBound(fields.At(ComponentShapes.Threshold), threshold.Value);
        }

        if (component.Pay is Pay.Tiered tiered && !tiered.Tiers[0].From.OfQuota
            && tiered.Tiers[^1].From.Value is > 0 and <= AttainmentMax)
        {
            var last = fields.At(ComponentShapes.Tiers).Inner(tiered.Tiers.Length - 1);
            WarnOfBound(last.Inner(PayShapes.TierFrom.Name), tiered.Tiers[^1].From.Value);
        }
    }

    private static void WarnOfBound(Spot? spot, decimal value) => spot?.Warn(
        $"a plain {value.Short()} is in units of the measure; shares of the quota carry a per-cent sign",
        value.Percent());
}
