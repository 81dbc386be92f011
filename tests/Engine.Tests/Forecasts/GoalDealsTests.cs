using Commission.Engine.Tests.Rules;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>Which open deals to close to earn a goal.</summary>
public sealed class GoalDealsTests
{
    private const string Accelerator =
        "tiers: [ { from: 0, rate: 5% }, { from: 1000, rate: 10% }, { from: 2000, rate: 20% } ]";

    private const string Falling =
        "tiers: [ { from: 0, rate: 10% }, { from: 1000, rate: 1% } ]\n    tiers-apply: whole";

    [Theory]
    [InlineData(50, "c", 60)]
    [InlineData(55, "c", 60)]
    [InlineData(81, "b,c", 110)]
    [InlineData(61, "a,c", 80)]
    [InlineData(130, "a,b,c", 130)]
    public void SeekDeals_ReachableGoal_SaysTheSmallestSetOfTheLeastAmount(decimal goal, string set, decimal earned)
    {
        // Alone 10, 25 and 60; with another before them more.
        var books = PayTests.Books(Accelerator);
        var found = Needs(books.SeekDeals(PayTests.Day, goal, [Open("c", "1100"), Open("a", "200"), Open("b", "500")]));
        Assert.Equal(set, string.Join(',', found.Deals));
        Assert.Equal((earned, true), (found.Earned, found.Exact));
    }

    [Fact]
    public void SeekDeals_EqualSets_ChoosesTheFirstByIds()
    {
        var books = PayTests.Books(Accelerator);
        DealCredit[] deals = [.. Enumerable.Range(0, 20).Reverse().Select(i => Open($"d{i:00}", "100"))];
        var found = Needs(books.SeekDeals(PayTests.Day, 50m, deals));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"d{i:00}"), found.Deals);
    }

    [Fact]
    public void SeekDeals_FallingTier_IsNotAllOfThem()
    {
        var books = PayTests.Books(Falling);
        var found = Assert.IsType<DealsGoal.Unreachable>(books.SeekDeals(
            PayTests.Day, 200m, [Open("a", "600"), Open("b", "300"), Open("c", "500"), Open("d", "-10")]));
        Assert.Equal((90m, 13.9m, true), (found.Most, found.All, found.Exact));
        Assert.Equal(["a", "b"], found.Deals);
    }

    [Fact]
    public void SeekDeals_RisingPlanOutOfReach_SaysTheFewestThatEarnTheMost()
    {
        var books = PayTests.Books("rate: 10%\n    cap: 50");
        var found = Assert.IsType<DealsGoal.Unreachable>(books.SeekDeals(
            PayTests.Day, 51m, [Open("a", "300"), Open("b", "400"), Open("c", "450")]));
        Assert.Equal((50m, 50m, true), (found.Most, found.All, found.Exact));
        Assert.Equal(["a", "b"], found.Deals);
    }

    [Fact]
    public void SeekDeals_NothingToSeekOrNoPlan_SaysSo()
    {
        var books = PayTests.Books("rate: 10%");
        books.Apply(PayTests.Deal("won", "500"));
        Assert.Equal(new DealsGoal.Reached(50m), books.SeekDeals(PayTests.Day, 50m, []));
        Assert.IsType<DealsGoal.NoPlan>(books.SeekDeals(new DateOnly(2025, 1, 1), 50m, []));
        Assert.Throws<ArgumentException>(
            () => books.SeekDeals(PayTests.Day, 50m, [Open("d", "1"), Open("d", "2")]));

        // Won in the books, but given as open: it is not earned until it is chosen.
        var found = Needs(books.SeekDeals(PayTests.Day, 40m, [Open("won", "500"), Open("d", "100")]));
        Assert.Equal(["won"], found.Deals);
    }

    [Fact]
    public void SeekDeals_DealsOutsideTheScope_AreNeverChosen()
    {
        var books = PayTests.Books("rate: 10%");
        var next = Open("next", "5000");
        var found = Needs(books.SeekDeals(
            PayTests.Day, 10m,
            [
                next with { Deal = next.Deal with { Credited = PayTests.Day.AddMonths(1) } },
                Open("lost", "5000") with { Deal = Open("lost", "5000").Deal with { Status = DealStatus.Lost } },
                Open("d", "100"),
            ]));
        Assert.Equal(["d"], found.Deals);
    }

    [Fact]
    public void SeekDeals_TooManyOfAFallingPlan_IsGreedyAndSaysSo()
    {
        var books = PayTests.Books(
            "tiers: [ { from: 0, rate: 10% }, { from: 90000, rate: 1% } ]\n    tiers-apply: whole");
        DealCredit[] deals = [.. Enumerable.Range(0, 70).Select(i => Open($"d{i:00}", $"{100 + (i * i)}"))];
        var found = Needs(books.SeekDeals(PayTests.Day, 1500m, deals));
        Assert.False(found.Exact);
        Assert.Equal(["d67", "d68", "d69"], found.Deals.Where(id => string.CompareOrdinal(id, "d66") > 0));
        Assert.Equal(4, found.Deals.Length);
    }

    [Fact]
    public void SeekDeals_AnyPlan_EqualsTryingEverySet()
    {
        var needs = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var world = new SmallWorld(seed + 5000, oneVersion: false);
            var on = world.Open[0].Deal.Credited;
            var scope = (GoalScope)world.Next(2);
            if (world.Books().Estimate(on) is null)
            {
                continue;
            }

            var all = Permutations.Subsets(world.Open).Select(set => (Set: set, Earned: Earned(world, set, on, scope)))
                .OrderBy(entry => entry.Set.Length).ThenBy(entry => entry.Set.Sum(credit => credit.Deal.Amount))
                .ThenBy(entry => Ids(entry.Set), StringComparer.Ordinal).ToList();
            foreach (var goal in new[] { all[world.Next(all.Count)].Earned, all.Max(entry => entry.Earned) + 1m })
            {
                var found = world.Books().SeekDeals(on, goal, world.Open, scope);
                needs += Check($"seed {seed} on {on}, {scope}, goal {goal}: {found}", all, goal, found);
            }
        }

        Assert.InRange(needs, 50, int.MaxValue);
    }

    private static int Check(
        string where, List<(DealCredit[] Set, decimal Earned)> all, decimal goal, DealsGoal found)
    {
        switch (found)
        {
            case DealsGoal.Reached reached:
                Assert.True(all[0].Earned >= goal && reached.Earned == all[0].Earned, where);
                return 0;
            case DealsGoal.Needs needs:
                var first = all.First(entry => entry.Earned >= goal);
                Assert.True(Ids(first.Set) == string.Join(',', needs.Deals), $"{where}, not {Ids(first.Set)}");
                Assert.True(needs.Exact && needs.Earned == first.Earned, where);
                return 1;
            case DealsGoal.Unreachable most:
                Assert.True(most.Exact && most.Most < goal && most.Most == all.Max(entry => entry.Earned), where);
                var best = all.First(entry => entry.Earned == most.Most);
                Assert.True(Ids(best.Set) == string.Join(',', most.Deals), $"{where}, not {Ids(best.Set)}");
                Assert.True(most.All == all.MaxBy(entry => entry.Set.Length).Earned, where);
                return 0;
            default:
                Assert.Fail(where);
                return 0;
        }
    }

    private static string Ids(IEnumerable<DealCredit> set) =>
        string.Join(',', set.Select(credit => credit.Deal.Id).Order(StringComparer.Ordinal));

    private static decimal Earned(SmallWorld world, IEnumerable<DealCredit> set, DateOnly on, GoalScope scope)
    {
        var estimate = world.Books(set.Select(SmallWorld.Closed)).Estimate(on)!;
        return scope == GoalScope.Period
            ? estimate.Statement.Earned
            : estimate.Components.Sum(component => component.Earned);
    }

    private static DealsGoal.Needs Needs(DealsGoal found) => Assert.IsType<DealsGoal.Needs>(found);

    private static DealCredit Open(string id, string amount) => OrderPreviewTests.Open(id, amount);
}
