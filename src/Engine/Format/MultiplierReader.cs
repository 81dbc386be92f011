using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads multipliers and the gate: the multipliers apply first, in their order, then the gate.</summary>
internal static class MultiplierReader
{
    public static ImmutableArray<Multiplier> Read(Fields component, Findings findings)
    {
        var read = new List<Multiplier?>();
        if (component["multiplier"] is { Node: ListNode } list)
        {
            read.AddRange((list.Items("a list of multipliers") ?? []).Select(item => ReadOne(item, findings)));
        }
        else if (component["multiplier"] is { } one)
        {
            read.Add(ReadOne(one, findings));
        }

        read.Add(ReadGate(component["gate"], findings));
        return [.. read.OfType<Multiplier>()];
    }

    private static Multiplier? ReadOne(Spot spot, Findings findings)
    {
        var fields = spot.Fields(PayShapes.Multiplier);
        if (fields is null)
        {
            return null;
        }

        var by = findings.By(fields.At(PayShapes.By));
        return fields.OneOf(PayShapes.Factors.Names) switch
        {
            { Name.Text: "tiers" } tiers => ReadTiers(fields, by, tiers),
            { } points => ReadPoints(fields, by, points),
            null => null,
        };
    }

    private static Multiplier.Tiered ReadTiers(Fields fields, string by, Spot spot)
    {
        var tiers = PointReader.Read(spot, PayShapes.FactorTier);
        if (fields.At(PayShapes.Beyond) is { } beyond)
        {
            beyond.ErrorAtName("'beyond' belongs to points, not to tiers");
        }

        if (tiers is [{ At: not 0 }, ..] && spot.Node is ListNode list && list.Items.Count() == tiers.Length)
        {
            var first = spot.Items("a list of tiers")?[0].AnyFields("a tier")?["from"];
            first?.Error("the first tier of a multiplier starts at 0%: every attainment has a factor", "0%");
        }

        return new Multiplier.Tiered(by, tiers);
    }

    private static Multiplier.Curved ReadPoints(Fields fields, string by, Spot spot)
    {
        var points = PointReader.Read(spot, PayShapes.FactorPoint);
        return new Multiplier.Curved(by, points, PointReader.ReadBeyond(fields, points));
    }

    private static Multiplier.Gate? ReadGate(Spot? spot, Findings findings)
    {
        var fields = spot?.Fields(PayShapes.Gate);
        if (fields is null)
        {
            return null;
        }

        var by = findings.By(fields.At(PayShapes.GateComponent));
        return new Multiplier.Gate(by, fields.Take(PayShapes.GateFrom) ?? 0);
    }
}
