using System.Collections.Concurrent;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Tests.Harness;
using Commission.Storage;

namespace Commission.Grains.Tests;

/// <summary>Recorded deals are credited anew in bounded steps that can be watched.</summary>
public sealed class RealignmentTests
{
    private const int Deals = 600;

    [Fact]
    public async Task PutTerritory_WhileDealsAreCreditedAnew_SaysHowFarItIs()
    {
        await using var world = await WithDealsAsync();
        var (reached, open) = HoldRay(world);

        await world.PutAsync(Docs.Territory("north", "world", "north", "ray", "top"));
        await reached;
        var underWay = await ProgressAsync(world);
        open.SetResult();
        await world.SettleAsync();
        var finished = await ProgressAsync(world);

        Assert.True(underWay.CreditedBy < underWay.RulesVersion);
        Assert.Equal((Deals, true), (underWay.Total, underWay.Done < Deals));
        Assert.Equal(finished.RulesVersion, finished.CreditedBy);
        Assert.Equal((Deals, Deals), (finished.Total, finished.Done));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task PutTerritory_ManyWhileOneIsWorkedOff_SweepTheLogOnceMore()
    {
        await using var world = await WithDealsAsync();
        var (reached, open) = HoldRay(world);
        var pages = new ConcurrentQueue<(long After, int Count)>();
        world.Host.Gate.LogRead = (_, after, count) =>
        {
            if (count > 1)
            {
                pages.Enqueue((after, count));
            }
        };

        await world.PutAsync(Docs.Territory("north", "world", "north", "ray", "top"));
        await reached;
        for (var i = 0; i < 20; i++)
        {
            await world.PutAsync(Docs.Territory($"t{i}", "world", i % 2 == 0 ? "north" : "south", "bob"));
        }

        open.SetResult();
        await world.SettleAsync();

        // The page in hand, and a whole round from there: its last part is that page again.
        Assert.InRange(pages.Sum(page => page.Count), Deals + 1, Deals + 256);
        Assert.Equal(pages.First(), pages.Last());
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task PutTerritory_NoteOfTheEndIsNotDurable_IsNotShownAsDoneAndSweepsNothingAgain()
    {
        await using var world = await WithDealsAsync();
        await world.SettleAsync();
        var (pages, failed) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        ShardRealignment? amid = null;
        var writes = 0;
        world.Host.Gate.LogRead = (_, _, count) => pages += count > 1 ? 1 : 0;
        world.Host.Gate.StateFault = name =>
        {
            // The first write is the note of what is to be done.
            if (name == "shard.cursor" && ++writes == 2)
            {
                failed.SetResult();
                throw new StoreUnavailableException("The disk is full.", null, nothingWritten: true, canContinue: true);
            }
        };

        await world.PutAsync(Docs.Territory("north", "world", "north", "ray", "top"));
        await failed.Task;
        amid = await ProgressAsync(world);
        await world.SettleAsync();

        Assert.True(amid.CreditedBy < amid.RulesVersion);
        Assert.Equal(amid.RulesVersion, (await ProgressAsync(world)).CreditedBy);
        Assert.Equal(3, pages);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task PutTerritory_NoteIsNotDurable_IsRefusedAndDoneWhenItIsRepeated()
    {
        await using var world = await WithDealsAsync();
        await world.SettleAsync();
        var territory = Docs.Territory("north", "world", "north", "ray", "top");
        world.Host.Gate.StateFault = _ =>
            throw new StoreUnavailableException("The disk is full.", null, nothingWritten: true, canContinue: true);

        var refused = await world.Host.Territory("north").Put(territory);
        world.Host.Gate.StateFault = null;
        var amid = await ProgressAsync(world);
        await world.PutAsync(territory);

        Assert.Equal(Contracts.Grains.RefusalReason.StoreUnavailable, refused.Refusals[0].Reason);
        Assert.True(amid.CreditedBy < amid.RulesVersion);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task PutRep_ManyWithManagers_KeepsOneSetOfRules()
    {
        await using var world = await World.WithRepsAsync("top");
        for (var i = 0; i < 300; i++)
        {
            await world.PutAsync(Docs.Rep($"r{i}", i % 10 == 0 ? "top" : $"r{i - 1}"));
        }

        await world.PutAsync(Docs.Territory("north", region: "north"));
        await world.CreditAsync(Docs.Event("e1", "d1", 1000m, region: "north", owners: "r299"));

        Assert.Equal(10m, await world.EarnedAsync("r290", "override"));
        Assert.Equal(10m, await world.EarnedAsync("top", "override"));
        Assert.Equal(0m, await world.EarnedAsync("r289", "override"));
    }

    private static async Task<ShardRealignment> ProgressAsync(World world) =>
        await world.Host.Shard(0).GetRealignment(GrainHost.Tenant);

    /// <summary>Holds the recrediting of the first deal of ray's.</summary>
    private static (Task Reached, TaskCompletionSource Open) HoldRay(World world)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Host.Gate.HoldAppend = account =>
        {
            if (account != "rep/acme/ray")
            {
                return Task.CompletedTask;
            }

            reached.TrySetResult();
            return open.Task;
        };
        return (reached.Task, open);
    }

    private static async Task<World> WithDealsAsync()
    {
        var world = new World(new GrainHost(
            Stores.Of(new MemoryStore()),
            new GrainSettings { Shards = 1, BusinessDate = new DateOnly(2026, 2, 15) }));
        await CreditingTests.PutHierarchyAsync(world);
        await Task.WhenAll(Enumerable.Range(0, Deals).Select(i => world.CreditAsync(Docs.Event(
            $"e{i}", $"d{i}", 100m, region: i % 2 == 0 ? "north" : "south", owners: i % 3 == 0 ? "ann" : "bob"))));
        return world;
    }
}
