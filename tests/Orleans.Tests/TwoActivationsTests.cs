using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Tests;
using Commission.Grains.Tests.Harness;
using Commission.Orleans.Tests.Cluster;
using Commission.Storage;

namespace Commission.Orleans.Tests;

/// <summary>
/// A cluster whose silos do not agree on where grains are: each has its own activation of the same shards and payees.
/// </summary>
public sealed class TwoActivationsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Record_ByActivationsOnEverySilo_AnswersAllAndLosesAndDoublesNothing(int seed)
    {
        await using var world = Split();
        await CreditingTests.PutHierarchyAsync(world);
        var random = new Random(seed);
        var events = new Traffic(seed).Events(80);

        await Task.WhenAll(events.Select(request => RecordAsync(world, random.Next(3), request)));

        await AppliedEverywhereAsync(world);
        var active = await world.Host.Runtime.ActiveAsync();
        Assert.Contains(active.CountBy(grain => grain), one => one.Key.Type.ToString() == "shard" && one.Value > 1);
        Assert.Contains(active.CountBy(grain => grain), one => one.Key.Type.ToString() == "rep" && one.Value > 1);
        await Load.CheckLogAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Payee_OnTwoSilos_TheOneBehindGivesUpAndAnswersWithAll()
    {
        await using var world = Split();
        await world.PutRepsAsync("ann");
        foreach (var silo in new[] { 0, 1 })
        {
            await On<IRepGrain>(world, silo, GrainKeys.Of(GrainHost.Tenant, "ann")).GetEstimate("2026-02-15");
            await ShardOn(world, silo, "d1").WaitApplied(0, default);
        }

        var silos = new[] { 0, 1, 0 };
        for (var i = 0; i < silos.Length; i++)
        {
            var request = Docs.Event($"e{i}", $"d{i}", 100m, "2026-02-03", owners: "ann");
            await RecordAsync(world, silos[i], request);
            await AppliedEverywhereAsync(world);
            var estimate = World.Note(await On<IRepGrain>(world, silos[i], GrainKeys.Of(GrainHost.Tenant, "ann"))
                .GetEstimate("2026-02-15"));
            Assert.Equal(5m * (i + 1), estimate.Components.Single(one => one.Component == "commission").Earned.Value());
        }

        await Load.CheckLogAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
    }

    private static World Split() =>
        new(new GrainHost(Stores.Of(new MemoryStore()), configure: OwnDirectory.Configure));

    private static T On<T>(World world, int silo, string key)
        where T : IGrainWithStringKey => world.Host.Runtime.CallerOn(silo).GetGrain<T>(key);

    private static IShardGrain ShardOn(World world, int silo, string deal) => On<IShardGrain>(
        world, silo, ShardKeys.Of(GrainKeys.ShardOf(GrainHost.Tenant, deal, world.Host.Settings.Shards)));

    /// <summary>By a silo, then by the next, as a client does that is told to send the same again.</summary>
    private static async Task RecordAsync(World world, int silo, RecordRequest request)
    {
        for (var attempt = silo; ; attempt++)
        {
            var answer = await ShardOn(world, attempt % 3, request.Deal.Deal_).Record(GrainHost.Tenant, request);
            if (answer.Value is { } recorded)
            {
                world.Remember(recorded, request);
                return;
            }

            Assert.Equal(RefusalReason.ConcurrentChange, answer.Refusals[0].Reason);
        }
    }

    private static async Task AppliedEverywhereAsync(World world)
    {
        for (var shard = 0; shard < world.Host.Settings.Shards; shard++)
        {
            for (var number = 1L; number <= await world.Host.Store.Log.ReadHeadAsync(shard, default); number++)
            {
                await AppliedAsync(world, shard, number);
            }
        }
    }

    private static async Task AppliedAsync(World world, int shard, long number)
    {
        foreach (var silo in new[] { 0, 1, 2 })
        {
            var grain = On<IShardGrain>(world, silo, ShardKeys.Of(shard));
            for (var applied = false; !applied;)
            {
                try
                {
                    applied = await grain.WaitApplied(number, default);
                }
                catch (ShardMovedException)
                {
                    // The next call reaches an activation that knows the log.
                }
            }
        }
    }
}
