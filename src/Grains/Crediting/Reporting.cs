using Commission.Engine;

namespace Commission.Grains.Crediting;

/// <summary>Questions about who belongs to whom, by a tenant's crediting rules.</summary>
internal static class Reporting
{
    /// <summary>Whether a payee reports to a manager, directly or through others; nobody reports to himself.</summary>
    public static bool IsBelow(this CreditingRules rules, string manager, string rep)
    {
        // A circle that includes the payee ends where it began; one further up is left after as many steps as there
        // are managed payees.
        var at = rep;
        for (var steps = rules.Managers.Count; steps > 0; steps--)
        {
            if (!rules.Managers.TryGetValue(at, out var above) || above == rep)
            {
                return false;
            }

            if (above == manager)
            {
                return true;
            }

            at = above;
        }

        return false;
    }

    /// <summary>Everyone who reports to a manager, directly or through others.</summary>
    public static IEnumerable<string> Below(this CreditingRules rules, string manager) =>
        rules.Managers.Keys.Where(rep => rules.IsBelow(manager, rep));

    /// <summary>The members of a territory and of those below it; empty if there is none.</summary>
    public static IReadOnlySet<string> MembersWithin(this CreditingRules rules, string territory)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        if (rules.Territories.ContainsKey(territory))
        {
            var children = rules.Territories.Values.Where(one => one.Parent is not null)
                .ToLookup(one => one.Parent!, one => one.Id, StringComparer.Ordinal);
            Collect(territory, [], members);

            void Collect(string id, HashSet<string> seen, HashSet<string> into)
            {
                if (seen.Add(id))
                {
                    into.UnionWith(rules.Territories[id].Members.Select(member => member.Rep));
                    foreach (var child in children[id])
                    {
                        Collect(child, seen, into);
                    }
                }
            }
        }

        return members;
    }
}
