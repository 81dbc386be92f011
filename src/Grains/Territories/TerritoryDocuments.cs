using Commission.Contracts.Grains;
using Commission.Grains.Crediting;
using Google.Protobuf;
using Api = Commission.Contracts.V1;
using Territory = Commission.Engine.Territory;

namespace Commission.Grains.Territories;

/// <summary>Checks territories against what else there is, and writes them down.</summary>
internal static class TerritoryDocuments
{
    /// <summary>The document as it is stored: canonical, so that the same document is the same bytes.</summary>
    public static byte[] ToBytes(Api.Territory territory)
    {
        if (territory.Quota?.Quota is not { Amounts.Count: > 1 })
        {
            return territory.ToByteArray();
        }

        var sorted = territory.Clone();
        var amounts = sorted.Quota.Quota.Amounts;
        var entries = amounts.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        amounts.Clear();
        entries.ForEach(entry => amounts.Add(entry.Key, entry.Value));
        return sorted.ToByteArray();
    }

    /// <summary>Notes members and parents that there are none of, and cycles.</summary>
    /// <param name="territory">Is to be put.</param>
    /// <param name="known">Whom there is.</param>
    /// <param name="find">The territory of an id, as it will be; null: there is none.</param>
    /// <param name="fields">Takes what is wrong.</param>
    public static void CheckReferences(
        Territory territory, TenantRules known, Func<string, Territory?> find, Fields fields)
    {
        for (var i = 0; i < territory.Members.Length; i++)
        {
            if (!known.Reps.Contains(territory.Members[i].Rep))
            {
                fields.Refuse(RefusalReason.UnknownRep, $"members[{i}].rep",
                    $"No payee has the id '{territory.Members[i].Rep}': put it first, or correct the id.");
            }
        }

        if (territory.Parent is not null && find(territory.Parent) is null)
        {
            fields.Refuse(RefusalReason.UnknownTerritory, "parent",
                $"No territory has the id '{territory.Parent}': put it first, or correct the id.");
        }

        // Two that were put at the same moment may have made a cycle above this one.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var above = territory.Parent; above is not null && seen.Add(above);)
        {
            if (above == territory.Id)
            {
                fields.Refuse("parent", $"'{territory.Parent}' lies below '{territory.Id}': a tree has no cycles.");
                return;
            }

            above = find(above)?.Parent;
        }
    }
}
