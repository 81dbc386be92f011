using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>What changes after deals were recorded: plans, payees, territories.</summary>
public sealed class ChangeTests
{
    [Fact]
    public async Task Publish_SameDayAgain_RecomputesEveryPayeeOnIt()
    {
        await using var world = await WithDealsAsync();

        await world.PublishAsync(Docs.Flat.Replace("rate: 5%", "rate: 6%", StringComparison.Ordinal));

        Assert.Equal(600m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Publish_LaterVersion_GovernsFromItsDayOn()
    {
        await using var world = await WithDealsAsync();
        await world.PublishAsync(Docs.Flat.Replace("rate: 5%", "rate: 9%", StringComparison.Ordinal)
            .Replace("2026-01-01", "2026-02-10", StringComparison.Ordinal));
        await world.CreditAsync(Docs.Event("later", "d9", 1000m, "2026-02-11", "north", "ann"));

        Assert.Equal(590m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Publish_QuotaWithAnotherWindow_LeavesPayeesAnsweringWithANotice()
    {
        await using var world = await WithDealsAsync();

        await world.PublishAsync(Docs.Flat.Replace("window: quarter", "window: year", StringComparison.Ordinal));

        Assert.Contains("no-quota", (await world.EstimateAsync("ann")).Components[0].Notices);
        await Audit.CheckAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Publish_WhilePayeesRecompute_TheyGoOnAnswering()
    {
        await using var world = await WithDealsAsync();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Host.Gate.HoldAccount = account =>
        {
            reached.TrySetResult();
            return open.Task;
        };

        var publishing = world.PublishAsync(Docs.Flat.Replace("rate: 5%", "rate: 6%", StringComparison.Ordinal));
        await reached.Task;
        Assert.Equal(500m, await world.EarnedAsync("ann", "commission"));
        var preview = World.Note(await world.Host.Rep("ann").Preview(new Deal { Amount = Docs.Usd(100m) }));
        Assert.Equal(5m, preview.Earned.Value());
        Assert.False(publishing.IsCompleted);
        open.SetResult();
        await publishing;

        Assert.Equal(600m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task PutRep_QuotaAndAssignmentChanged_RecomputesThePayee()
    {
        await using var world = await WithDealsAsync();

        await world.PutAsync(Docs.Rep("ann", "meg", quota: "4000"));
        Assert.Equal(800m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);

        var later = Docs.Rep("ann", "meg");
        later.Assignments[0].From = "2026-02-04";
        await world.PutAsync(later);
        Assert.Equal(0m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task PutRep_Repeated_ChangesNothing()
    {
        await using var world = await WithDealsAsync();
        var sequence = (await world.EstimateAsync("ann")).AsOf.Sequence;

        var again = World.Note(await world.Host.Rep("ann").Put(Docs.Rep("ann", "meg")));

        Assert.Equal((1L, true), (again.Version, again.Repeat));
        Assert.Equal(sequence, (await world.EstimateAsync("ann")).AsOf.Sequence);
    }

    [Fact]
    public async Task PutRep_ManagerChanged_MovesTeamCreditsOfRecordedDeals()
    {
        await using var world = await WithDealsAsync();

        await world.PutAsync(Docs.Rep("ann", "ray"));

        await Audit.CheckAsync(world);
        Assert.Equal(0m, await world.EarnedAsync("meg", "override"));
        Assert.Equal(100m, await world.EarnedAsync("ray", "override"));
    }

    [Fact]
    public async Task PutTerritory_AfterDeals_CreditsThemAnew()
    {
        await using var world = await WithDealsAsync();

        await world.PutAsync(Docs.Territory("north", "world", "south", "bob"));

        await Audit.CheckAsync(world);
        Assert.Equal(0, (await world.TerritoryAsync("north")).All.Deals);
        Assert.Equal(0, (await world.TerritoryAsync("america")).All.Deals);
        await world.PutAsync(Docs.Territory("north", "america", "north", "bob"));
        await Audit.CheckAsync(world);
        Assert.Equal(100m, await world.EarnedAsync("bob", "override"));
        Assert.Equal(0m, await world.EarnedAsync("ray", "override"));
    }

    [Fact]
    public async Task PutTerritory_Repeated_DoesNotSweepAgain()
    {
        await using var world = await WithDealsAsync();
        await world.SettleAsync();
        var writes = world.Host.Gate.Writes;

        var again = World.Note(await world.Host.Territory("south").Put(Docs.Territory("south", "america", "south")));

        Assert.True(again.Repeat);
        // The put itself is a write of the store that finds nothing new.
        Assert.Equal(writes + 1, world.Host.Gate.Writes);
    }

    [Fact]
    public async Task PutTerritory_GrainsDeactivatedMeanwhile_ReachesTheSameCredits()
    {
        await using var world = await WithManyDealsAsync();

        await world.PutAsync(Docs.Territory("north", "world", "south", "bob", "top"));
        for (var i = 0; i < 5; i++)
        {
            await world.Host.Runtime.DeactivateAllAsync();
            await world.Host.StartShardsAsync();
        }

        await Audit.CheckAsync(world);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(40)]
    [InlineData(55)]
    public async Task PutTerritory_CrashAmidTheSweep_IsTakenUpByTheNextProcess(int writes)
    {
        await using var world = await WithManyDealsAsync();
        await world.SettleAsync();
        // So that the cursor is past the deals, and a replay of the log does not credit them.
        await world.RestartAsync();
        world.Host.Gate.CrashAfter(writes, lastWriteLands: writes % 2 == 1);

        var putting = world.PutAsync(Docs.Territory("north", "world", "south", "bob", "top"));
        await Task.WhenAny(putting, world.Host.Gate.Dead);
        await world.Host.Gate.Dead;
        world.Territories["north"] = Docs.Territory("north", "world", "south", "bob", "top");
        await world.CrashAsync();

        await Audit.CheckAsync(world);
    }

    [Theory]
    [InlineData("deal/acme/d1")]
    [InlineData("rep/acme/bob")]
    [InlineData("rep/acme/ray")]
    [InlineData("territory/acme/north")]
    [InlineData("territory/acme/america")]
    public async Task PutTerritory_CrashBetweenANotedRevisionAndItsCredits_IsFinishedByTheNextProcess(string account)
    {
        await using var world = await WithDealsAsync();
        await world.SettleAsync();
        // So that the cursor is past the deals, and a replay of the log does not credit them.
        await world.RestartAsync();
        world.Host.Gate.CrashAfterAppendTo = account;

        var putting = world.PutAsync(Docs.Territory("north", "world", "north", "bob"));
        await world.Host.Gate.Dead;
        Assert.NotNull(putting);
        world.Territories["north"] = Docs.Territory("north", "world", "north", "bob");
        await world.CrashAsync();

        await Audit.CheckAsync(world);
        Assert.Equal(100m, await world.EarnedAsync("bob", "override"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task PutTerritory_CrashBeforeShardsAreTold_IsNoticedByTheNextProcess(int writes)
    {
        await using var world = await WithManyDealsAsync();
        await world.SettleAsync();
        // So that the cursor is past the deals, and a replay of the log does not credit them.
        await world.RestartAsync();
        world.Host.Gate.CrashAfter(writes, lastWriteLands: true);

        var putting = world.PutAsync(Docs.Territory("north", "world", "south", "bob", "top"));
        await world.Host.Gate.Dead;
        Assert.False(putting.IsCompleted);
        world.Territories["north"] = Docs.Territory("north", "world", "south", "bob", "top");
        await world.CrashAsync();

        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task PutTerritory_StopAmidTheSweep_IsTakenUpAfterTheStart()
    {
        await using var world = await WithManyDealsAsync();

        await world.PutAsync(Docs.Territory("north", "world", "south", "bob", "top"));
        await world.RestartAsync();

        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Put_CycleMadeAtTheSameMoment_NeverHangsTheNextPut()
    {
        await using var world = await World.WithRepsAsync("ann", "bob", "cid");
        // What two puts at the same moment may leave, one on each of two silos.
        foreach (var (rep, manager) in new[] { ("ann", "bob"), ("bob", "ann") })
        {
            var bytes = Google.Protobuf.MessageExtensions.ToByteArray(Docs.Rep(rep, manager));
            await world.Host.Store.Catalog.PutAsync(GrainHost.Tenant, "rep", rep, null, bytes, default);
            var territory = Docs.Territory(rep, manager, rep);
            var document = Google.Protobuf.MessageExtensions.ToByteArray(territory);
            await world.Host.Store.Catalog.PutAsync(GrainHost.Tenant, "territory", rep, null, document, default);
        }

        World.Note(await world.Host.Rep("cid").Put(Docs.Rep("cid", "ann")));
        World.Note(await world.Host.Territory("x").Put(Docs.Territory("x", "ann", "x")));
        await world.CreditAsync(Docs.Event("e1", "d1", 100m, region: "x", owners: "cid"));

        Assert.Equal(1m, World.Note(await world.Host.Rep("bob").GetEstimate(null)).Components[1].Earned.Value());
    }

    internal static async Task<World> WithManyDealsAsync()
    {
        var world = await CreditingTests.WithHierarchyAsync();
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => world.CreditAsync(Docs.Event(
            $"e{i}", $"d{i}", 100m * i, region: i % 2 == 0 ? "north" : "south", owners: i % 3 == 0 ? "ann" : "bob"))));
        return world;
    }

    private static async Task<World> WithDealsAsync()
    {
        var world = await CreditingTests.WithHierarchyAsync();
        await world.CreditAsync(Docs.Event("e1", "d1", 10000m, region: "north", owners: "ann"));
        return world;
    }
}
