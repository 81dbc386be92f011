using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>
/// Two processes on one store, each with its own activation of every grain: what a split cluster would be.
/// </summary>
public sealed class FencingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Record_ByTwoProcesses_LosesAndDoublesNothing(int seed)
    {
        await using var world = await CreditingTests.WithHierarchyAsync();
        await using var other = new GrainHost(world.Host.Store, world.Host.Settings);
        var random = new Random(seed);
        var events = new Traffic(seed).Events(80);

        await Task.WhenAll(events.Select(request =>
            RecordAsync(world, random.Next(2) == 0 ? [world.Host, other] : [other, world.Host], request)));

        for (var shard = 0; shard < other.Settings.Shards; shard++)
        {
            await Task.WhenAll(world.Host.AppliedAsync(shard), other.AppliedAsync(shard));
        }

        await other.DisposeAsync();
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_FencedActivation_RefusesOnceAndRecovers()
    {
        await using var world = await World.WithRepsAsync("ann");
        await using var other = new GrainHost(world.Host.Store, world.Host.Settings);
        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        World.Note(await other.ShardOf("d1").Record(GrainHost.Tenant, Docs.Event("e2", "d1", 200m, owners: "ann")));

        var fenced = await world.TryRecordAsync(Docs.Event("e3", "d1", 300m, owners: "ann"));
        var again = await world.TryRecordAsync(Docs.Event("e3", "d1", 300m, owners: "ann"));

        Assert.Equal(RefusalReason.ConcurrentChange, fenced.Refusals[0].Reason);
        Assert.Equal(3, again.Value!.Position.Number);
    }

    [Fact]
    public async Task WaitApplied_OfAnEventThatAnotherProcessLogged_IsNotAnsweredFromOldMemory()
    {
        await using var world = await World.WithRepsAsync("ann");
        await using var other = new GrainHost(world.Host.Store, world.Host.Settings);
        var first = await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        var second = World.Note(
            await other.ShardOf("d1").Record(GrainHost.Tenant, Docs.Event("e2", "d1", 200m, owners: "ann")));
        var shard = world.Host.Shard(first.Position.Shard);

        await Assert.ThrowsAsync<ShardMovedException>(() => shard.WaitApplied(second.Position.Number, default));

        Assert.True(await shard.WaitApplied(second.Position.Number, default));
    }

    [Fact]
    public async Task WaitApplied_OfAnActivationThatGivesUp_EndsInsteadOfHanging()
    {
        await using var world = await World.WithRepsAsync("ann");
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var other = new GrainHost(world.Host.Store, world.Host.Settings);
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));
        world.Host.Gate.HoldAccount = _ => open.Task;
        var recorded = await world.RecordAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        var waiting = world.Host.Shard(recorded.Position.Shard).WaitApplied(1, default);
        World.Note(await other.ShardOf("d1").Record(GrainHost.Tenant, Docs.Event("e2", "d1", 200m, owners: "ann")));

        var fenced = await world.TryRecordAsync(Docs.Event("e3", "d1", 300m, owners: "ann"));

        Assert.Equal(RefusalReason.ConcurrentChange, fenced.Refusals[0].Reason);
        await Assert.ThrowsAsync<ShardMovedException>(() => waiting);
        open.SetResult();
    }

    [Fact]
    public async Task PutTerritory_CursorWrittenByAnotherProcess_ReachesTheShardsAllTheSame()
    {
        await using var world = await CreditingTests.WithHierarchyAsync();
        await world.CreditAsync(Docs.Event("e1", "d1", 100m, region: "north", owners: "ann"));
        await using var other = new GrainHost(world.Host.Store, world.Host.Settings);
        await other.StartShardsAsync();
        await world.PutAsync(Docs.Territory("north", "world", "south", "bob"));

        World.Note(await other.Territory("south").Put(Docs.Territory("south", "north", "x")));

        world.Territories["south"] = Docs.Territory("south", "north", "x");
        await other.DisposeAsync();
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    private static async Task RecordAsync(World world, GrainHost[] hosts, RecordRequest request)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = await hosts[attempt % 2].ShardOf(request.Deal.Deal_).Record(GrainHost.Tenant, request);
            if (answer.Value is { } recorded)
            {
                world.Remember(recorded, request);
                return;
            }

            Assert.Equal(RefusalReason.ConcurrentChange, answer.Refusals[0].Reason);
        }
    }
}
