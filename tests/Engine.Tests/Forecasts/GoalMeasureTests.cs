using Commission.Engine.Tests.Rules;

namespace Commission.Engine.Tests.Forecasts;

/// <summary>How much more of a measure earns a goal. The quota is 1,000 a month.</summary>
public sealed class GoalMeasureTests
{
    private const string Marginal = "tiers: [ { from: 0%, rate: 5% }, { from: 100%, rate: 10% } ]";

    [Theory]
    [InlineData("rate: 10%", 0, 50, 499.95)]
    [InlineData("rate: 10%", 100, 50, 399.95)]
    [InlineData("rate: 33.3%", 0, 0.01, 0.02)]
    [InlineData("per-unit: 0.005", 0, 0.01, 1)]
    [InlineData(Marginal, 0, 50, 999.9)]
    [InlineData(Marginal, 600, 150, 1399.95)]
    [InlineData(Marginal + "\n    tiers-apply: whole", 0, 80, 1000)]
    [InlineData(Marginal + "\n    tiers-apply: whole\n    at-bound: lower", 0, 80, 1000.01)]
    [InlineData("rate: 10%\n    threshold: 40%", 0, 1, 400)]
    [InlineData("rate: 10%\n    floor: 20", 0, 20, 0.01)]
    [InlineData("rate: 10%\n    cap: 30", 0, 30, 299.95)]
    [InlineData("rate: 10%\n    gate: { component: c, from: 80% }", 100, 50, 700)]
    [InlineData("tiers: [ { from: 100, rate: 10% }, { from: 200, rate: 1% } ]\n    tiers-apply: whole", 0, 15, 149.95)]
    [InlineData("measure: deals\n    per-unit: 7", 0, 50, 8)]
    [InlineData("curve: { target: 300, points: [ { at: 20%, pay: 10% }, { at: 100%, pay: 100% } ] }", 0, 165, 599.99)]
    public void SeekMeasure_ReachableGoal_SaysTheLeastAmount(
        string component, decimal credited, decimal goal, decimal more)
    {
        var books = PayTests.Books($"quota: q\n    {component}");
        if (credited > 0)
        {
            books.Apply(PayTests.Deal("d", new Exact(credited).ToString()));
        }

        var found = Assert.IsType<MeasureGoal.Needs>(books.SeekMeasure(PayTests.Day, "c", goal));
        Assert.Equal((more, true), (found.More, found.Exact));
        Assert.InRange(found.Earned, goal, decimal.MaxValue);
        Assert.Equal(found, books.SeekMeasure(PayTests.Day, "c", goal, GoalScope.Period));
    }

    [Theory]
    [InlineData("rate: 10%\n    cap: 30", 30, 299.95, GoalObstacle.Capped)]
    [InlineData("rate: 0%", 0, 0, GoalObstacle.PaysNothing)]
    [InlineData("quota: none\n    threshold: 40%\n    rate: 10%", 0, 0, GoalObstacle.PaysNothing)]
    [InlineData("curve: { target: 300, points: [ { at: 20%, pay: 10% }, { at: 100%, pay: 100% } ] }", 300, 999.99,
        GoalObstacle.FlatBeyond)]
    [InlineData("tiers: [ { from: 100, amount: 50 }, { from: 200, amount: 5 } ]\n    tiers-apply: whole", 50, 100,
        GoalObstacle.Falls)]
    [InlineData("rate: 0.00000000001%", 100, 999950000000000, GoalObstacle.BeyondSearch)]
    public void SeekMeasure_GoalOutOfReach_SaysTheMostAndWhy(
        string component, decimal most, decimal at, GoalObstacle why)
    {
        var books = PayTests.Books(component.StartsWith("quota", StringComparison.Ordinal)
            ? component
            : $"quota: q\n    {component}");
        Assert.Equal(
            new MeasureGoal.Unreachable(most, at, why, Exact: true), books.SeekMeasure(PayTests.Day, "c", 301m));
    }

    [Fact]
    public void SeekMeasure_ProductOfLinesThatTurns_FindsBothSidesOfTheTop()
    {
        // c/1000 of 400, times 2 − c/1000: 400 at its top, at 1,000.
        var books = PayTests.Books(
            "quota: q\n    curve: { target: 400, beyond: continue, points: [ { at: 0%, pay: 0% }, " +
            "{ at: 200%, pay: 200% } ] }\n    multiplier: { by: c, beyond: continue, " +
            "points: [ { at: 0%, factor: 2 }, { at: 200%, factor: 0 } ] }");
        var top = Assert.IsType<MeasureGoal.Needs>(books.SeekMeasure(PayTests.Day, "c", 400m, step: 1m));
        Assert.Equal((997m, 400m), (top.More, top.Earned));
        var most = Assert.IsType<MeasureGoal.Unreachable>(books.SeekMeasure(PayTests.Day, "c", 400.01m));
        Assert.Equal((400m, GoalObstacle.Falls), (most.Most, most.Why));
        Assert.Equal(996.47m, most.At);
    }

    [Fact]
    public void SeekMeasure_NothingToSeek_SaysSo()
    {
        var books = PayTests.Books("rate: 10%");
        books.Apply(PayTests.Deal("d", "500"));
        Assert.Equal(new MeasureGoal.Reached(50m), books.SeekMeasure(PayTests.Day, "c", 50m));
        Assert.IsType<MeasureGoal.NoComponent>(books.SeekMeasure(PayTests.Day, "x", 50m));
        Assert.IsType<MeasureGoal.NoPlan>(books.SeekMeasure(new DateOnly(2025, 1, 1), "c", 50m));
        Assert.Throws<ArgumentOutOfRangeException>(() => books.SeekMeasure(PayTests.Day, "c", 60m, step: 0m));
    }

    [Fact]
    public void SeekMeasure_AnyPlan_EqualsTryingEveryStep()
    {
        var needs = 0;
        for (var seed = 0; seed < 160; seed++)
        {
            var world = new SmallWorld(seed + 3000, oneVersion: false);
            var on = SmallWorld.Beginning.AddDays(world.Next(170));
            if (world.Books().Estimate(on) is not { } estimate)
            {
                continue;
            }

            foreach (var component in estimate.Components.Select(part => part.Component))
            {
                var scan = new MeasureScan(world, on, component, (GoalScope)world.Next(2), 1m + (world.Next(4) * 0.5m));
                needs += scan.Check($"seed {seed}, {component} on {on}");
            }
        }

        Assert.InRange(needs, 200, int.MaxValue);
    }
}
