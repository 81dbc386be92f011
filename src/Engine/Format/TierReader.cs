using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads a component's tiers.</summary>
internal static class TierReader
{
    public static Pay.Tiered? Read(Spot spot, bool whole, Findings findings)
    {
        var tiers = ImmutableArray.CreateBuilder<Tier>();
        Bound? last = null;
        foreach (var item in spot.Items("a list of tiers") ?? [])
        {
            var fields = item.Fields(PayShapes.Tier);
            var from = ReadFrom(fields?.At(PayShapes.TierFrom), ref last, findings);
            var paid = ReadPaid(fields);
            if (from is { } start && paid is { } pays)
            {
                tiers.Add(new Tier(start, pays.Kind, pays.Value));
            }
        }

        return tiers.Count == 0 ? null : new Pay.Tiered(tiers.ToImmutable(), whole);
    }

    private static Bound? ReadFrom(Spot? spot, ref Bound? last, Findings findings)
    {
        var bound = spot is null ? null : PayShapes.TierFrom.Form.Read(spot);
        if (spot is null || bound is not { } from)
        {
            return null;
        }

        if (from.OfQuota && last is null)
        {
            findings.NeedQuota.Add(spot);
        }

        if (last is { } before && before.OfQuota != from.OfQuota)
        {
            const string Mixed = "mixes percentages of the quota and units of the measure; one list uses one kind";
            spot.Error(Mixed, Converted(spot, before));
        }
        else if (last is { } below && from.Value <= below.Value)
        {
            spot.Error("must be higher than the 'from' of the tier before it");
        }

        last = last is { } kept && kept.OfQuota != from.OfQuota ? last : from;
        return from;
    }

    private static string? Converted(Spot spot, Bound before) =>
        spot.Node is TextNode { Text: var text } ? (before.OfQuota ? text + "%" : text.TrimEnd('%')) : null;

    private static (TierKind Kind, decimal Value)? ReadPaid(Fields? fields)
    {
        var paid = fields?.OneOf(PayShapes.TierPays.Names);
        return paid?.Name?.Text switch
        {
            null => null,
            "rate" => PayShapes.TierRate.Form.Read(paid) is { } rate ? (TierKind.Rate, rate) : null,
            "per-unit" => PayShapes.TierPerUnit.Form.Read(paid) is { } money ? (TierKind.PerUnit, money) : null,
            _ => PayShapes.TierAmount.Form.Read(paid) is { } sum ? (TierKind.Amount, sum) : null,
        };
    }
}
