using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Properties;

/// <summary>Nothing is lost between deals, windows and periods: differences of F add up.</summary>
public sealed class SumProperties
{
    [Fact]
    public void Earned_DealsOfAWindow_AddUpToIt() => Property.Holds(7.5, stream: 6, world =>
    {
        var books = Books(world);
        var parts = books.Deals().Select(deal => books.EarnedBy(deal)!).SelectMany(deal =>
            books.Estimate(deal.Credited)!.Components.Zip(deal.Components, (standing, part) =>
                (Assignment: AssignmentOn(world, deal.Credited), Standing: standing, part.Earned)));
        foreach (var window in parts.Where(part => part.Standing.Window.Kind != WindowKind.Deal)
            .GroupBy(part => (part.Assignment, part.Standing.Component, part.Standing.Window)))
        {
            var sum = window.Sum(part => part.Earned);
            var wanted = window.Last().Standing.Earned;
            Assert.True(sum == wanted, $"{window.Key}: its deals add up to {sum}, not to {wanted}");
        }
    });

    [Fact]
    public void Earned_PeriodsOfAnySpan_AddUpToItsDeals() => Property.Holds(7.5, stream: 7, world =>
    {
        var books = Books(world);
        var deals = books.Deals().Select(deal => books.EarnedBy(deal)!).ToList();
        if (deals.Count == 0)
        {
            return;
        }

        var (first, last) = (deals.Min(deal => deal.Credited), deals.Max(deal => deal.Credited));
        var total = deals.Sum(deal => deal.Total);
        Assert.Equal(total, Pieces(books, first, last, new Random(world.Seed)));
        var evaluation = Evaluator.Evaluate(world.Assignments, world.History, world.Rates, last);
        Assert.Equal(total, evaluation.Statements.Sum(row => row.Statement.Earned));
        var ofDeals = evaluation.Windows.Sum(row => row.Earned) + deals.Sum(deal => InDealWindows(books, deal));
        Assert.Equal(total, ofDeals);
    });

    private static decimal Pieces(RepBooks books, DateOnly first, DateOnly last, Random random)
    {
        var sum = 0m;
        for (var from = first; from <= last;)
        {
            var to = from.AddDays(random.Next(0, 60));
            sum += books.EarnedBetween(from, to).Sum(part => part.Amount);
            from = to.AddDays(1);
        }

        return sum;
    }

    private static decimal InDealWindows(RepBooks books, DealEarning deal) =>
        books.Estimate(deal.Credited)!.Components.Zip(deal.Components)
            .Where(pair => pair.First.Window.Kind == WindowKind.Deal)
            .Sum(pair => pair.Second.Earned);

    private static int AssignmentOn(World world, DateOnly day) =>
        world.Assignments.TakeWhile(assignment => !assignment.Covers(day)).Count();

    private static RepBooks Books(World world)
    {
        var books = new RepBooks([.. world.Assignments], world.Rates);
        foreach (var credit in world.History)
        {
            books.Apply(credit);
        }

        return books;
    }
}
