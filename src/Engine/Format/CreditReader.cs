using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads a case's credits. Entries of one deal in several roles become one credit.</summary>
internal static class CreditReader
{
    /// <summary>A list of credits.</summary>
    /// <param name="spot">The list; null: there is none.</param>
    /// <param name="areOpen">Whether the deals are open, and may state a probability.</param>
    public static ImmutableArray<DealCredit> Read(Spot? spot, bool areOpen = false)
    {
        var credits = new List<DealCredit>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var item in spot?.ItemsInTurn("a list of credits") ?? [])
        {
            if (ReadOne(item, areOpen, credits) is not { } read)
            {
                continue;
            }

            if (places.TryAdd(read.Deal.Id, credits.Count))
            {
                credits.Add(read);
            }
            else
            {
                var place = places[read.Deal.Id];
                credits[place] = Merge(credits[place], read, item);
            }
        }

        return [.. credits];
    }

    private static DealCredit? ReadOne(Spot spot, bool isOpen, List<DealCredit> before)
    {
        var errors = spot.Problems.Errors;
        var fields = spot.Fields(isOpen ? CaseShapes.OpenCredit : CaseShapes.Credit);
        if (fields is null)
        {
            return null;
        }

        var deal = new Deal
        {
            Id = fields.Need("deal")?.Label() ?? "",
            Status = isOpen ? DealStatus.Open : DealStatus.Won,
            Probability = fields["probability"] is { } probability ? ReadPart(probability, "a probability") : null,
            Credited = fields.Need("credited")?.Date() ?? default,
            Amount = fields["amount"]?.Plain("a sum of money") ?? 0,
            Margin = fields["margin"]?.Plain("a sum of money"),
            Quantity = fields["quantity"]?.Plain("a number of units"),
            Fields = ReadFields(fields["fields"]),
        };
        var role = fields.Need("role")?.Choice(Words.Roles) ?? default;
        var share = ReadPart(fields.Need("share"), "a share");
        return spot.Problems.Errors > errors ? null : new DealCredit(deal, Roles(new RoleShare(role, share), before));
    }

    // Of a million credits most have the same role and share: they have one list of them.
    private static ImmutableArray<RoleShare> Roles(RoleShare only, List<DealCredit> before) =>
        before is [.., { Roles: [var last] } credit] && last == only ? credit.Roles : [only];

    private static decimal ReadPart(Spot? spot, string what)
    {
        var part = spot?.Number();
        if (part is < 0 or > 1)
        {
            var meant = part is > 1 and <= 100 && spot?.Text()?.EndsWith('%') == false ? $"{part}%" : null;
            spot?.Error($"{what} lies between 0% and 100%", meant);
        }

        return part ?? 0;
    }

    private static ImmutableSortedDictionary<string, string> ReadFields(Spot? spot)
    {
        if (spot is null)
        {
            return Deal.NoFields;
        }

        var fields = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var field in spot.AnyFields("a map from fields' names to their values")?.All ?? [])
        {
            var name = field.Name?.Text ?? "";
            if (Words.OwnFields.Contains(name, StringComparer.Ordinal))
            {
                field.ErrorAtName($"'{name}' is the deal's own figure; no other field has that name");
            }
            else if (field.Node is TextNode { Text: var text })
            {
                fields.Add(name, text);
            }
            else
            {
                field.WrongKind("a single value");
            }
        }

        return fields.ToImmutable();
    }

    private static DealCredit Merge(DealCredit one, DealCredit other, Spot spot)
    {
        if (!IsSame(one.Deal, other.Deal))
        {
            spot.Error($"says other things of the deal '{one.Deal.Id}' than its entry above");
        }

        // The same role by two ways counts once, with the larger share.
        var added = other.Roles[0];
        var at = -1;
        for (var i = 0; i < one.Roles.Length; i++)
        {
            at = one.Roles[i].Role == added.Role ? i : at;
        }

        var roles = at < 0 ? one.Roles.Add(added)
            : added.Share > one.Roles[at].Share ? one.Roles.SetItem(at, added)
            : one.Roles;
        return one with { Roles = roles };
    }

    private static bool IsSame(Deal one, Deal other) =>
        (one.Credited, one.Amount, one.Margin, one.Quantity, one.Probability)
            == (other.Credited, other.Amount, other.Margin, other.Quantity, other.Probability)
        && one.Fields.SequenceEqual(other.Fields);
}
