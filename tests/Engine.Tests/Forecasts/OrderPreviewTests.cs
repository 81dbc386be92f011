using System.Collections.Immutable;
using Commission.Engine.Tests.Rules;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>An accelerator: 5 % up to 1,000 a month, 10 % up to 2,000, 20 % beyond; whole tiers where said.</summary>
public sealed class OrderPreviewTests
{
    private const string Accelerator =
        "tiers: [ { from: 0, rate: 5% }, { from: 1000, rate: 10% }, { from: 2000, rate: 20% } ]";

    [Fact]
    public void PreviewInOrder_SmallDealFirstOrLast_MovesPayBetweenTheDeals()
    {
        var books = PayTests.Books(Accelerator);
        books.Apply(PayTests.Deal("won", "900"));
        var small = Open("small", "100");
        var large = Open("large", "1500");

        var first = books.PreviewInOrder([small, large]);
        var last = books.PreviewInOrder([large, small]);

        Assert.Equal([5m, 200m], first.Deals.Select(deal => deal.Total));
        Assert.Equal(["large", "small"], last.Deals.Select(deal => deal.Deal));
        Assert.Equal([185m, 20m], last.Deals.Select(deal => deal.Total));
        Assert.Equal(205m, Assert.Single(first.Totals).Amount);
        Assert.Equal(205m, Assert.Single(last.Totals).Amount);
    }

    [Fact]
    public void PreviewInOrder_DealAlreadyWon_IsTakenOutFirst()
    {
        var books = PayTests.Books(Accelerator);
        books.Apply(PayTests.Deal("a", "900"));
        books.Apply(PayTests.Deal("b", "500"));
        var preview = books.PreviewInOrder([Open("c", "600"), PayTests.Deal("a", "400")]);

        // 500 is left; then 600, then 400.
        Assert.Equal([35m, 40m], preview.Deals.Select(deal => deal.Total));
        Assert.Equal(90m, books.Estimate(PayTests.Day)!.Statement.Earned);
    }

    [Fact]
    public void PreviewInOrder_LaterCreditsOfTheWindow_StandBeforeOnlyThroughTheLastGivenDay()
    {
        var books = PayTests.Books(Accelerator);
        books.Apply(PayTests.Deal("between", "1000", PayTests.Day.AddDays(1)));
        books.Apply(PayTests.Deal("after", "1000", PayTests.Day.AddDays(3)));
        var early = Open("early", "100");
        var late = Open("late", "100") with
        {
            Deal = Open("late", "100").Deal with { Credited = PayTests.Day.AddDays(2) },
        };

        Assert.Equal(5m, books.PreviewInOrder([early]).Deals[0].Total);
        Assert.Equal([10m, 10m], books.PreviewInOrder([early, late]).Deals.Select(deal => deal.Total));
    }

    [Fact]
    public void PreviewInOrder_LostOrUncreditedOrUnassigned_EarnsNothingAndMovesNothing()
    {
        var books = PayTests.Books(Accelerator);
        var lost = Open("lost", "5000");
        var preview = books.PreviewInOrder(
        [
            lost with { Deal = lost.Deal with { Status = DealStatus.Lost } },
            Open("nobody", "5000") with { Roles = [] },
            PayTests.Deal("early", "5000", new DateOnly(2025, 12, 31)),
            Open("d", "1000"),
        ]);
        Assert.Equal([0m, 0m, 0m, 50m], preview.Deals.Select(deal => deal.Total));
        Assert.Null(preview.Deals[2].Plan);
        Assert.Equal(50m, Assert.Single(preview.Totals).Amount);
    }

    [Fact]
    public void PreviewInOrder_DealListedTwice_IsRefused()
    {
        var books = PayTests.Books(Accelerator);
        var refused = Assert.Throws<ArgumentException>(() => books.PreviewInOrder([Open("d", "1"), Open("d", "2")]));
        Assert.Contains("d is listed twice", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => books.PreviewOrders([Open("d", "1"), Open("d", "2")]));
    }

    [Fact]
    public void PreviewOrders_Accelerator_SaysLeastAndMostWithOrders()
    {
        var books = PayTests.Books(Accelerator);
        books.Apply(PayTests.Deal("won", "900"));
        var ranges = books.PreviewOrders([Open("small", "100"), Open("large", "1500"), Open("tiny", "10")]);

        Assert.True(ranges.Exact);
        var small = ranges.Deals[0];
        Assert.Equal((5m, 20m), (small.Least.Earning.Total, small.Most.Earning.Total));
        Assert.Empty(small.Least.After);
        Assert.Equal(["large"], small.Most.After);
        var total = Assert.Single(ranges.Totals);
        Assert.Equal((207m, 207m), (total.Least, total.Most));
        Assert.Equal(["small", "large", "tiny"], total.MostOrder);
    }

    [Fact]
    public void PreviewOrders_NothingGiven_IsEmptyAndExact()
    {
        var ranges = PayTests.Books(Accelerator).PreviewOrders([]);
        Assert.Empty(ranges.Deals);
        Assert.Empty(ranges.Totals);
        Assert.True(ranges.Exact);
    }

    [Fact]
    public void PreviewOrders_TwoVersionsInOneWindow_TotalDependsOnTheOrder()
    {
        var books = TwoRates();
        var early = PayTests.Deal("early", "1000", new DateOnly(2026, 2, 1));
        var late = PayTests.Deal("late", "1000", new DateOnly(2026, 9, 1));

        // Under the first version the second thousand pays 10 % and the first 5 %; under the second 5 % and 50 %.
        var total = Assert.Single(books.PreviewOrders([early, late]).Totals);
        Assert.Equal((150m, 550m), (total.Least, total.Most));
        Assert.Equal(["late", "early"], total.LeastOrder);
        Assert.Equal(["early", "late"], total.MostOrder);
        Assert.True(total.Exact);
    }

    [Fact]
    public void PreviewOrders_ManyEqualDeals_AreExactAllTheSame()
    {
        var books = PayTests.Books(Accelerator);
        var ranges = books.PreviewOrders([.. Enumerable.Range(0, 60).Select(i => Open($"d{i:00}", "50"))]);
        Assert.True(ranges.Exact);
        Assert.All(ranges.Deals, deal => Assert.Equal(
            (2.5m, 10m), (deal.Least.Earning.Total, deal.Most.Earning.Total)));
        Assert.Equal(40, ranges.Deals[7].Most.After.Length);
    }

    [Fact]
    public void PreviewOrders_TooManySums_SaysThatItIsABound()
    {
        var books = PayTests.Books(Accelerator);
        DealCredit[] deals = [.. Enumerable.Range(0, 40).Select(i => Open($"d{i:00}", $"{10 + i}.{i * i % 97:00}"))];
        var ranges = books.PreviewOrders(deals, seed: 5);
        Assert.False(ranges.Exact);
        Assert.All(ranges.Deals, deal => Assert.False(deal.Exact));
        Assert.All(ranges.Deals, deal => Assert.True(deal.Least.Earning.Total <= deal.Most.Earning.Total));
        Assert.Equal(
            ranges.Deals.Select(deal => deal.Most.Earning.Total),
            books.PreviewOrders(deals, seed: 5).Deals.Select(deal => deal.Most.Earning.Total));

        // Being first is looked at for each deal, whatever the seed.
        Assert.All(ranges.Deals, deal => Assert.True(
            deal.Least.Earning.Total <= Math.Round(deal.Least.Earning.Components[0].Credited * 0.05m + 0.005m, 2)));
        Assert.True(Assert.Single(ranges.Totals).Exact);
    }

    internal static DealCredit Open(string id, string amount)
    {
        var credit = PayTests.Deal(id, amount);
        return credit with { Deal = credit.Deal with { Status = DealStatus.Open } };
    }

    private static RepBooks TwoRates()
    {
        const string Head = "plan: p\ncurrency: USD\npays: monthly\n";
        const string Component = "components:\n  - component: c\n    window: year\n    tiers: ";
        var plans = new[]
        {
            "effective: 2026-01-01\n" + Component + "[ { from: 0, rate: 5% }, { from: 1000, rate: 10% } ]\n",
            "effective: 2026-07-01\n" + Component + "[ { from: 0, rate: 5% }, { from: 1000, rate: 50% } ]\n",
        }.Select(text => PlanFormat.ParsePlan(Head + text).Value!);
        var assignment = new Assignment("p", new DateOnly(2026, 1, 1), null, ImmutableDictionary<string, Quota>.Empty,
            ImmutableDictionary<string, decimal>.Empty, Proration.None);
        return new RepBooks([new PlanAssignment(assignment, [.. plans])], CurrencyRates.None);
    }
}
