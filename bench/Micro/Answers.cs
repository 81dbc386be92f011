using Commission.Engine;

namespace Commission.Micro;

/// <summary>Checks what books say against an evaluation from nothing of the same credits.</summary>
internal static class Answers
{
    /// <summary>Estimate, statement, explanation and what one deal earns.</summary>
    public static void Check(RepBooks books, Evaluation expected, string deal)
    {
        var estimate = books.Estimate(YearOfDeals.Last)!;
        foreach (var part in estimate.Components)
        {
            var window = expected.Windows.Single(row => row.Component == part.Component);
            Same((window.Credited, window.Earned), (part.Credited, part.Earned));
            Same(window.Earned, books.Explain(part.Component, YearOfDeals.Last)!.Earned);
        }

        Same(expected.Statements[^1].Statement, estimate.Statement);
        var wanted = expected.Deals.SingleOrDefault(row => row.Deal == deal);
        Same(wanted?.Total, books.EarnedBy(deal)?.Total);
        var changes = books.ExplainDeal(deal);
        Same(wanted?.Total ?? 0m, changes.Sum(change => change.After.Earned - change.Before.Earned));
    }

    /// <summary>What the previewed deal earns, and what it changes for all.</summary>
    public static void CheckPreview(Preview preview, YearOfDeals year, DealCredit credit)
    {
        var (before, after) = (year.FromNothing(), year.FromNothing(credit));
        Same(after.Windows.Sum(row => row.Earned) - before.Windows.Sum(row => row.Earned), preview.Change);
        Same(after.Deals.Single(row => row.Deal == credit.Deal.Id).Total, preview.Deal.Total);
    }

    private static void Same<T>(T expected, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
        {
            throw new InvalidOperationException($"Expected {expected}, found {found}.");
        }
    }
}
