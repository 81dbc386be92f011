namespace Commission.Engine.Tests.Properties;

/// <summary>Compares books with the evaluation from nothing of the same credits, figure by figure.</summary>
internal static class BooksAudit
{
    public static void Check(string where, RepBooks books, Evaluation expected, DateOnly from, DateOnly to)
    {
        Assert.True(expected.Unassigned.SequenceEqual(books.Unassigned), where);
        Assert.Equal(expected.Deals.Length + expected.Unassigned.Length, books.DealCount);
        CheckDeals(where, books, expected);
        CheckWindows(where, books, expected);
        CheckStatements(where, books, expected);
        CheckSpan(where, books, expected, from, to);
    }

    private static void CheckDeals(string where, RepBooks books, Evaluation expected)
    {
        Assert.Equal(expected.Deals.Select(deal => deal.Deal), books.Deals());
        foreach (var deal in expected.Deals)
        {
            var found = books.EarnedBy(deal.Deal)!;
            Assert.True(
                deal.Plan == found.Plan && deal.Credited == found.Credited &&
                deal.Components.SequenceEqual(found.Components),
                $"{where}: {deal.Deal}: {string.Join(';', deal.Components)} but {string.Join(';', found.Components)}");
        }
    }

    private static void CheckWindows(string where, RepBooks books, Evaluation expected)
    {
        foreach (var deal in expected.Deals)
        {
            var estimate = books.Estimate(deal.Credited)!;
            foreach (var part in estimate.Components.Where(part => part.Window.Kind != WindowKind.Deal))
            {
                var wanted = expected.Windows.Single(window => window.Component == part.Component &&
                    window.Start == part.Window.Start && KindOf(window.Window) == part.Window.Kind &&
                    IsOf(books, window, deal.Credited));
                Assert.True(
                    wanted.Credited == part.Credited && wanted.Earned == part.Earned,
                    $"{where}: {wanted} but {part}");
            }
        }
    }

    // A version that moves the start of the year may give the same window another name.
    private static WindowKind KindOf(string name) =>
        Windows.TryParse(name, 1, out var window) ? window.Kind : WindowKind.Deal;

    // Two assignments may each have a window of the same name.
    private static bool IsOf(RepBooks books, WindowResult window, DateOnly day) =>
        window.Assignment == books.Assignments
            .TakeWhile(assignment => !assignment.Covers(day) || day < assignment.Versions[0].Effective).Count();

    private static void CheckStatements(string where, RepBooks books, Evaluation expected)
    {
        foreach (var statement in expected.Statements)
        {
            var day = statement.Statement.Start;
            var assignment = books.Assignments[statement.Assignment];
            // Without a beginning, statements begin with the first credit.
            var from = assignment.Assignment.From ?? expected.Deals[0].Credited;
            day = from > day ? from : day;
            day = assignment.Versions[0].Effective > day ? assignment.Versions[0].Effective : day;
            var found = books.Estimate(day)!.Statement;
            Assert.True(found == statement.Statement, $"{where}: {statement.Statement} but {found}");
        }
    }

    private static void CheckSpan(
        string where, RepBooks books, Evaluation expected, DateOnly from, DateOnly to)
    {
        var inside = expected.Deals.Where(deal => deal.Credited >= from && deal.Credited <= to).ToList();
        var earned = books.EarnedBetween(from, to).Sum(sum => sum.Amount);
        Assert.True(inside.Sum(deal => deal.Total) == earned, $"{where}: {from} to {to}: {earned}");
        var credited = books.CreditedBetween(from, to).Sum(sum => sum.Credited);
        var wanted = inside.Sum(deal => deal.Components.Sum(part => part.Credited));
        Assert.True(Math.Abs(wanted - credited) < 0.000000001m, $"{where}: {from} to {to}: {credited} but {wanted}");
    }
}
