namespace Commission.Engine;

/// <summary>Reads how a component pays.</summary>
internal static class PayReader
{
    /// <summary>The one pay that stands in the component, or null; all that stand are read for their errors.</summary>
    public static Pay? Read(Fields component, Findings findings)
    {
        Pay? pay = null;
        Spot? first = null;
        foreach (var spot in component.Among(ComponentShapes.Pays.Names))
        {
            if (first is not null)
            {
                var (name, other) = (spot.Name?.Text, first.Name?.Text);
                spot.ErrorAtName($"a component pays in one way: '{name}' cannot stand beside '{other}'");
            }

            first ??= spot;
            var read = ReadOne(spot, component, findings);
            pay ??= read;
        }

        return pay;
    }

    private static Pay? ReadOne(Spot spot, Fields component, Findings findings) => spot.Name?.Text switch
    {
        "rate" => component.Take(ComponentShapes.Rate) is { } rate ? new Pay.Flat(rate) : null,
        "per-unit" => component.Take(ComponentShapes.PerUnit) is { } money ? new Pay.PerUnit(money) : null,
        "tiers" => TierReader.Read(spot, component.Take(ComponentShapes.TiersApply) ?? false, findings),
        "curve" => ReadCurve(spot, findings),
        _ => MatrixReader.Read(spot, findings),
    };

    /// <summary>A sum of money, or the rep's own target.</summary>
    public static Target ReadTarget(Spot? spot)
    {
        if (spot?.Node is TextNode { Text: Words.RepsOwn })
        {
            return new Target(null);
        }

        if (spot?.Node is TextNode { Text: var text } && NumberText.Read(text, out _, out _) is not null)
        {
            spot.Error($"'{text}' is neither a sum of money nor 'rep'", NumberMending.Mend(text) ?? Words.RepsOwn);
            return default;
        }

        return new Target(spot?.Plain("a sum of money"));
    }

    private static Pay.Curve? ReadCurve(Spot spot, Findings findings)
    {
        var fields = spot.Fields(PayShapes.Curve);
        if (fields is null)
        {
            return null;
        }

        findings.NeedQuota.Add(spot);
        var target = ReadTarget(fields.At(PayShapes.Target));
        var points = PointReader.Read(fields.At(PayShapes.CurvePoints), PayShapes.PayPoint);
        return new Pay.Curve(target, points, PointReader.ReadBeyond(fields, points));
    }
}
