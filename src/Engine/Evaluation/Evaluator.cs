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
        var standing = Standing(credits);
        var deals = ImmutableArray.CreateBuilder<DealEarning>(standing.Length);
        foreach (var credit in standing)
        {
            if (WalkOf(walks, credit.Deal.Credited) is not { } walk)
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
            deals.DrainToImmutable(),
            unassigned.ToImmutable());
    }

    private static Walk? WalkOf(List<Walk> walks, DateOnly day)
    {
        foreach (var walk in walks)
        {
            if (walk.Rules.VersionOn(day) is not null)
            {
                return walk;
            }
        }

        return null;
    }

    private static DealCredit[] Standing(IEnumerable<DealCredit> credits)
    {
        var last = credits.TryGetNonEnumeratedCount(out var count)
            ? new Dictionary<string, DealCredit>(count, StringComparer.Ordinal)
            : new Dictionary<string, DealCredit>(StringComparer.Ordinal);
        foreach (var credit in credits)
        {
            last[credit.Deal.Id] = credit;
        }

        DealCredit[] standing =
        [
            .. last.Values.Where(credit => credit.Deal.Status == DealStatus.Won && !credit.Roles.IsDefaultOrEmpty),
        ];
        var places = Array.ConvertAll(
            standing, credit => new Place(credit.Deal.Credited.DayNumber, credit.Deal.Id));
        Array.Sort(places, standing, Comparer<Place>.Create((one, other) => one.ComparedWith(other)));
        return standing;
    }
}
