using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>A shard that starts behind its log.</summary>
public sealed class ReplayTests
{
    private const int Deals = 60;

    [Fact]
    public async Task Replay_OfCreditedEvents_ActivatesNobodyAndChangesNoFigure()
    {
        await using var world = await WithDealsAsync();
        await ForgetCursorsAsync(world);

        await world.RestartAsync();
        await world.SettleAsync();

        Assert.Equal(world.Host.Settings.Shards, world.Host.Runtime.ActivationCount);
        await Audit.CheckAsync(world);
        await Audit.CheckAsync(world);
    }

    [Theory]
    [InlineData("deal/acme/late")]
    [InlineData("rep/acme/ann")]
    [InlineData("rep/acme/bob")]
    [InlineData("territory/acme/north")]
    public async Task Replay_OfAnEventThatNotAllWereToldOf_TellsThem(string account)
    {
        await using var world = await WithDealsAsync();
        await ForgetCursorsAsync(world);
        world.Host.Gate.CrashAfterAppendTo = account;

        await world.RecordAsync(Docs.Event("late", "late", 777m, "2026-02-03", "north", "ann", "bob"));
        await world.Host.Gate.Dead;
        await world.CrashAsync();

        await Audit.CheckAsync(world);
        Assert.Empty(world.Host.Log.Errors);
    }

    [Fact]
    public async Task Replay_BehindRulesThatChanged_CreditsByTheNewOnes()
    {
        await using var world = await WithDealsAsync();
        await world.PutAsync(Docs.Territory("north", "", "north", "ray"));
        await ForgetCursorsAsync(world);

        await world.CrashAsync();
        await Audit.CheckAsync(world);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Replay_EventsComingMeanwhile_LosesNothing(int seed)
    {
        await using var world = await WithDealsAsync();
        var events = new Traffic(seed).Events(120);
        foreach (var part in events.Chunk(40))
        {
            await ForgetCursorsAsync(world);
            await world.CrashAsync();
            var recorded = await Task.WhenAll(part.Select(world.RecordAsync));
            foreach (var at in recorded.Select(one => one.Position))
            {
                Assert.True(await AppliedAsync(world, at.Shard, at.Number));
            }
        }

        await Audit.CheckAsync(world);
        Assert.Empty(world.Host.Log.Errors);
    }

    [Fact]
    public async Task WaitApplied_BeyondTheLogDuringAReplay_SaysSo()
    {
        await using var world = await WithDealsAsync();
        await ForgetCursorsAsync(world);
        await world.CrashAsync();
        Assert.False(await world.Host.Shard(0).WaitApplied(100_000, default));
    }

    private static async Task<bool> AppliedAsync(World world, int shard, long number)
    {
        while (true)
        {
            try
            {
                return await world.Host.Shard(shard).WaitApplied(number, default);
            }
            catch (ShardMovedException)
            {
                // The next call reaches an activation that knows the log.
            }
        }
    }

    private static async Task<World> WithDealsAsync()
    {
        var world = await CreditingTests.WithHierarchyAsync();
        await Task.WhenAll(Enumerable.Range(0, Deals).Select(i => world.CreditAsync(Docs.Event(
            $"first-{i}", string.Create(CultureInfo.InvariantCulture, $"deal-{i}"), 100m + i, "2026-02-03",
            i % 2 == 0 ? "north" : "south", Traffic.Reps[i % 5]))));
        return world;
    }

    /// <summary>As if no cursor had ever been written.</summary>
    private static async Task ForgetCursorsAsync(World world)
    {
        await world.Host.Runtime.DeactivateAllAsync();
        for (var shard = 0; shard < world.Host.Settings.Shards; shard++)
        {
            var states = world.Host.Store.States;
            if (await states.ReadStateAsync("shard.cursor", ShardKeys.Of(shard), default) is { } cursor)
            {
                await states.ClearStateAsync("shard.cursor", ShardKeys.Of(shard), cursor.Etag, default);
            }
        }
    }
}
