using Commission.Engine;

namespace Commission.Simulation.Tests.Model;

/// <summary>Who is credited with a deal, by the documents as they are, in the plainest way.</summary>
internal sealed class Crediting(Known known)
{
    /// <summary>A payee's roles and shares in a deal; of several ways to one role the largest share counts.</summary>
    public List<RoleShare> Roles(string rep, Contracts.V1.Deal deal)
    {
        var found = new SortedDictionary<CreditRole, decimal>();
        foreach (var (who, role, share) in All(deal))
        {
            if (who == rep && share >= found.GetValueOrDefault(role))
            {
                found[role] = share;
            }
        }

        return [.. found.Select(one => new RoleShare(one.Key, one.Value))];
    }

    /// <summary>Whether a deal is one of a territory's, or of one below it.</summary>
    public bool IsOf(string territory, Contracts.V1.Deal deal) => TerritoriesOf(deal).Contains(territory);

    private IEnumerable<(string Rep, CreditRole Role, decimal Share)> All(Contracts.V1.Deal deal)
    {
        foreach (var owner in deal.Owners)
        {
            var share = owner.Share.Length == 0 ? 1m : Reading.Number(owner.Share);
            yield return (owner.Rep, CreditRole.Owner, share);
            foreach (var manager in Above(owner.Rep, rep => known.Reps[rep].Manager))
            {
                yield return (manager, CreditRole.Team, share);
            }
        }

        foreach (var member in TerritoriesOf(deal).SelectMany(id => known.Territories[id].Members))
        {
            var isMember = (member.From.Length == 0 || string.CompareOrdinal(member.From, deal.Credited) <= 0)
                && (member.To.Length == 0 || string.CompareOrdinal(member.To, deal.Credited) >= 0);
            if (isMember)
            {
                var share = member.Share.Length == 0 ? 1m : Reading.Number(member.Share);
                yield return (member.Rep, Role(member.Role), share);
            }
        }
    }

    private HashSet<string> TerritoriesOf(Contracts.V1.Deal deal)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var territory in known.Territories.Values.Where(one => Matches(one, deal)))
        {
            found.Add(territory.Territory_);
            found.UnionWith(Above(territory.Territory_, id => known.Territories[id].Parent));
        }

        return found;
    }

    private static bool Matches(Contracts.V1.Territory territory, Contracts.V1.Deal deal) =>
        territory.When.Count > 0 && territory.When.All(
            match => deal.Fields.TryGetValue(match.Field, out var value) && match.AnyOf.Contains(value));

    private static IEnumerable<string> Above(string id, Func<string, string> parent)
    {
        for (var above = parent(id); above.Length > 0; above = parent(above))
        {
            yield return above;
        }
    }

    private static CreditRole Role(string role) => role switch
    {
        "owner" => CreditRole.Owner,
        "overlay" => CreditRole.Overlay,
        "team" => CreditRole.Team,
        _ => CreditRole.Rollup,
    };
}
