using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Storage;

namespace Commission.Grains.Boards;

/// <summary>Who is on a board. Only for use inside one grain.</summary>
/// <param name="tenant">The board's tenant.</param>
/// <param name="board">The board.</param>
/// <param name="rules">Say who belongs to whom.</param>
/// <param name="catalog">Says who is on which plan.</param>
internal sealed class BoardRoster(string tenant, BoardDefinition board, TenantRulesCache rules, ICatalog catalog)
{
    private const int Most = 10_000;
    private const int PageSize = 1000;
    private (long Sequence, DateOnly On, Answer<Roster> Answer)? _last;

    /// <summary>The payees on a day, each once; asked anew when the tenant's documents or the day changed.</summary>
    public async Task<Answer<Roster>> ReadAsync(DateOnly on)
    {
        var known = await rules.CurrentAsync(tenant);
        if (_last is { } last && last.Sequence == known.Sequence && last.On == on)
        {
            return last.Answer;
        }

        var answer = await FindAsync(known, on);
        _last = (known.Sequence, on, answer);
        return answer;
    }

    private async Task<Answer<Roster>> FindAsync(TenantRules known, DateOnly on)
    {
        if (board.Territory.Length > 0)
        {
            return known.Crediting.Territories.ContainsKey(board.Territory)
                ? Bounded(known.Crediting.MembersWithin(board.Territory, on), "territory")
                : new Refusal(RefusalReason.UnknownTerritory, "territory",
                    $"No territory has the id '{board.Territory}'.");
        }

        if (board.Team.Length > 0)
        {
            return known.Reps.Contains(board.Team)
                ? Bounded(known.Crediting.Below(board.Team, int.MaxValue).Select(one => one.Rep), "team")
                : new Refusal(RefusalReason.UnknownRep, "team", $"No payee has the id '{board.Team}'.");
        }

        return board.Plan.Length > 0 ? await OnPlanAsync(on) : Bounded(known.Reps, "everyone");
    }

    private async Task<Answer<Roster>> OnPlanAsync(DateOnly on)
    {
        if (await catalog.GetAsync(tenant, CatalogKinds.Plan, board.Plan, null, CancellationToken.None) is null)
        {
            return new Refusal(RefusalReason.UnknownPlan, "plan", $"No plan '{board.Plan}' was published.");
        }

        var found = new List<string>();
        var day = on.ToText();
        IReadOnlyList<CatalogEntry> page;
        string? after = null;
        do
        {
            page = await catalog.ListAsync(tenant, CatalogKinds.Rep, after, PageSize, CancellationToken.None);
            after = page.Count > 0 ? page[^1].Id : after;
            found.AddRange(page.Where(entry => IsOnPlan(entry, day)).Select(entry => entry.Id));
        }
        while (page.Count == PageSize && found.Count <= Most);

        return Bounded(found, "plan");
    }

    // Days of stored documents are in the one form that orders as text.
    private bool IsOnPlan(CatalogEntry entry, string day) => Rep.Parser.ParseFrom(entry.Document.Span).Assignments
        .Any(assignment => assignment.Plan == board.Plan
            && string.CompareOrdinal(assignment.From, day) <= 0
            && (assignment.To.Length == 0 || string.CompareOrdinal(assignment.To, day) >= 0));

    private static Answer<Roster> Bounded(IEnumerable<string> reps, string field)
    {
        var some = reps.Take(Most + 1).ToImmutableArray();
        return some.Length <= Most
            ? new Roster(some)
            : new Refusal(RefusalReason.InvalidField, field,
                $"A board has at most {Most} payees: ask for a smaller group.");
    }
}

/// <summary>The payees of a board.</summary>
/// <param name="Reps">Each once, in no particular order.</param>
internal sealed record Roster(ImmutableArray<string> Reps);
