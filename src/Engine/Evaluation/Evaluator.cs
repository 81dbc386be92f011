using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Evaluates credits from nothing. Slow and plain: what the incremental books are checked against.</summary>
public static class Evaluator
{
    /// <summary>Evaluates all credits of one payee.</summary>
    /// <param name="assignments">In order of dates, not overlapping.</param>
    /// <param name="credits">In any order; the last entry for a deal stands.</param>
    /// <param name="rates">For deals that are not in plan currency.</param>
    /// <param name="through">Statements are made from the start of each assignment to the period of this day (or the
    /// assignment's end); null: from the period of its first credit to that of its last, as in a conformance
    /// case.</param>
    public static Evaluation Evaluate(
        IReadOnlyList<PlanAssignment> assignments,
        IEnumerable<DealCredit> credits,
        CurrencyRates rates,
        DateOnly? through = null)
    {
        var walks = assignments
            .Select((assignment, index) => new Walk(index, new AssignmentRules(assignment), rates)).ToList();
        var unassigned = ImmutableArray.CreateBuilder<string>();
        var deals = ImmutableArray.CreateBuilder<DealEarning>();
        foreach (var credit in Standing(credits))
        {
            var walk = walks.Find(candidate => candidate.Rules.VersionOn(credit.Deal.Credited) is not null);
            if (walk is null)
            {
                unassigned.Add(credit.Deal.Id);
            }
            else
            {
                deals.Add(walk.Next(credit));
            }
        }

        return new Evaluation(
            [.. walks.SelectMany(walk => walk.Windows())],
            [.. walks.SelectMany(walk => walk.Statements(through))],
            deals.ToImmutable(),
            unassigned.ToImmutable());
    }

    private static IEnumerable<DealCredit> Standing(IEnumerable<DealCredit> credits)
    {
        var last = new Dictionary<string, DealCredit>(StringComparer.Ordinal);
        foreach (var credit in credits)
        {
            last[credit.Deal.Id] = credit;
        }

        return last.Values
            .Where(credit => credit.Deal.Status == DealStatus.Won && !credit.Roles.IsDefaultOrEmpty)
            .OrderBy(credit => credit.Deal.Credited)
            .ThenBy(credit => credit.Deal.Id, StringComparer.Ordinal);
    }
}
