using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Commission.Engine;

namespace Commission.Grains.Crediting;

/// <summary>Questions about who belongs to whom, by a tenant's crediting rules.</summary>
internal static class Reporting
{
    // What rules say is turned around once for all who ask; it goes with the rules.
    private static readonly ConditionalWeakTable<ImmutableDictionary<string, string>, ILookup<string, string>> Teams =
        [];

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

    /// <summary>Those who report to a manager, level by level from 1, each level in ordinal order.</summary>
    /// <param name="rules">Say who reports to whom.</param>
    /// <param name="manager">Need not be one.</param>
    /// <param name="depth">How many levels.</param>
    public static IEnumerable<(string Rep, string Manager, int Level)> Below(
        this CreditingRules rules, string manager, int depth)
    {
        var teams = Teams.GetValue(rules.Managers, static managers =>
            managers.ToLookup(entry => entry.Value, entry => entry.Key, StringComparer.Ordinal));
        // Reporting lines come from other systems and may run in circles.
        var seen = new HashSet<string>(StringComparer.Ordinal) { manager };
        List<string> above = [manager];
        for (var level = 1; level <= depth && above.Count > 0; level++)
        {
            var here = above.SelectMany(one => teams[one].Select(rep => (Rep: rep, Manager: one)))
                .Where(one => seen.Add(one.Rep))
                .OrderBy(one => one.Rep, StringComparer.Ordinal)
                .ToList();
            foreach (var (rep, direct) in here)
            {
                yield return (rep, direct, level);
            }

            above = here.ConvertAll(one => one.Rep);
        }
    }

    /// <summary>The members of a territory and of those below it; empty if there is none.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="territory">Its id.</param>
    /// <param name="on">Only those of this day; null: of any.</param>
    public static IReadOnlySet<string> MembersWithin(this CreditingRules rules, string territory, DateOnly? on = null)
    {
        var members = new HashSet<string>(StringComparer.Ordinal);
        if (rules.Territories.ContainsKey(territory))
        {
            members.UnionWith(Territories.Forest.Of(rules.Territories).Walk(territory, int.MaxValue)
                .SelectMany(one => one.Territory.Members)
                .Where(member => on is not { } day || member.Covers(day))
                .Select(member => member.Rep));
        }

        return members;
    }
}
