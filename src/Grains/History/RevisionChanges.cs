using Commission.Contracts.V1;

namespace Commission.Grains.History;

/// <summary>What a revision of a deal changed in its credits.</summary>
internal static class RevisionChanges
{
    /// <summary>A revision.</summary>
    /// <param name="before">The one before it; null: it is the first.</param>
    /// <param name="after">What it came to.</param>
    public static DealRevision Between(DealView? before, DealView after)
    {
        var revision = new DealRevision
        {
            State = after,
            CreditedAnew = before is not null && after.Position.Equals(before.Position),
        };
        var formerly = RolesOf(before);
        var now = RolesOf(after);
        foreach (var (rep, role) in formerly.Keys.Union(now.Keys)
            .OrderBy(one => one.Rep, StringComparer.Ordinal).ThenBy(one => one.Role, StringComparer.Ordinal))
        {
            var (was, stands) = (formerly.GetValueOrDefault((rep, role)), now.GetValueOrDefault((rep, role)));
            if (!Equals(was, stands))
            {
                revision.Changes.Add(new CreditChange { Rep = rep, Before = was, After = stands });
            }
        }

        IEnumerable<string> territories = before?.Territories ?? [];
        revision.TerritoriesAdded.AddRange(after.Territories.Except(territories, StringComparer.Ordinal));
        revision.TerritoriesRemoved.AddRange(territories.Except(after.Territories, StringComparer.Ordinal));
        return revision;
    }

    private static Dictionary<(string Rep, string Role), PayeeRole> RolesOf(DealView? view) =>
        (view?.Credits ?? Enumerable.Empty<CreditedPayee>())
            .SelectMany(payee => payee.Roles.Select(role => (payee.Rep, Role: role)))
            .ToDictionary(one => (one.Rep, one.Role.Role), one => one.Role);
}
