using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Journals;
using Commission.Grains.Tests.Harness;
using Commission.Storage;

namespace Commission.Grains.Tests;

/// <summary>A damaged record is told with its place by all that needs it, and by nothing else.</summary>
public sealed class DamageTests
{
    private const int InFlight = 4;
    private const string Ann = "rep/acme/ann";

    [Fact]
    public async Task Payee_WithADamagedAccount_IsRefusedAndHoldsUpNobodyElse()
    {
        var (world, damage) = await StartAsync(shards: 1);
        await using var _ = world;
        await world.CreditAsync(Docs.Event("first", "d0", 10m, owners: "ann"));
        damage.DamageAccount(Ann, 1);
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));

        // Far more than are credited at a time: of different deals, and of one.
        var recorded = new List<Recorded>();
        for (var i = 0; i < 4 * InFlight; i++)
        {
            recorded.Add(await world.RecordAsync(Docs.Event($"a{i}", $"a{i % (2 * InFlight)}", 1m + i, owners: "ann")));
        }

        for (var i = 0; i < 4 * InFlight; i++)
        {
            await world.CreditAsync(Docs.Event($"b{i}", $"b{i}", 1m, owners: "bob"));
        }

        foreach (var position in recorded.Select(one => one.Position))
        {
            await IsDamagedAsync(
                async () => await world.Host.Shard(0).WaitApplied(position.Number, default),
                "ledger", $"account {Ann}", 1);
        }

        await IsDamagedAsync(async () => await world.Host.Rep("ann").GetEstimate(null), "ledger", $"account {Ann}", 1);
        await IsDamagedAsync(
            () => world.Host.History("ann").ListCredits(new ListCreditsRequest { Rep = "ann" }, default),
            "ledger", $"account {Ann}", 1);
        Assert.Equal(0.8m, await world.EarnedAsync("bob", "commission"));
        Assert.Contains(world.Host.Log.Errors, error => error.Contains($"account {Ann}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Replay_PastEventsOfADamagedPayeeAndDeal_CreditsTheOthersAndAllOnceRepaired()
    {
        var (world, damage) = await StartAsync(shards: 1);
        await using var _ = world;
        for (var i = 0; i < 2 * InFlight; i++)
        {
            await world.RecordAsync(Docs.Event($"a{i}", $"a{i}", 1m, owners: "ann"));
            await world.RecordAsync(Docs.Event($"b{i}", $"b{i}", 1m, owners: "bob"));
        }

        await world.SettleAsync();
        damage.DamageAccount(Ann, 1);
        damage.DamageAccount("deal/acme/b0", 1);
        await ForgetCursorAsync(world);
        await world.CrashAsync();
        var later = await world.CreditAsync(Docs.Event("later", "later", 5m, owners: "bob"));

        Assert.Equal(4 * InFlight + 1, later.Position.Number);
        await IsDamagedAsync(
            async () => await world.Host.Shard(0).WaitApplied(1, default), "ledger", $"account {Ann}", 1);
        await IsDamagedAsync(
            async () => await world.Host.Shard(0).WaitApplied(2, default), "ledger", "account deal/acme/b0", 1);
        damage.RepairAll();
        await world.CrashAsync();
        await world.SettleAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Shard_WhoseLogIsDamagedBehindItsCursor_CreditsWhatIsBeforeAndRefusesTheRest()
    {
        var (world, damage) = await StartAsync(shards: 2);
        await using var _ = world;
        var bad = GrainKeys.ShardOf(GrainHost.Tenant, DealIn(0, 0), 2);
        for (var i = 0; i < 5; i++)
        {
            await world.CreditAsync(Docs.Event($"e{i}", DealIn(0, i), 1m, owners: "ann"));
        }

        await ForgetCursorAsync(world);
        damage.DamageLog(bad, 3);
        await world.CrashAsync();

        foreach (var number in (long[])[3, 4, 5])
        {
            await IsDamagedAsync(
                async () => await world.Host.Shard(bad).WaitApplied(number, default), "deal_log", $"shard {bad}", 3);
        }

        Assert.True(await world.Host.Shard(bad).WaitApplied(2, default));
        var refused = Assert.Single(
            (await world.TryRecordAsync(Docs.Event("more", DealIn(0, 9), 1m, owners: "ann"))).Refusals);
        Assert.Equal(RefusalReason.DamagedRecord, refused.Reason);
        Assert.Equal(new RecordPlace("deal_log", $"shard {bad}", 3), refused.Place);
        Assert.Contains($"Table deal_log, shard {bad}, number 3", refused.Message, StringComparison.Ordinal);
        await world.CreditAsync(Docs.Event("other shard", DealIn(1, 0), 1m, owners: "ann"));
        damage.RepairAll();
        await world.CrashAsync();
        await world.SettleAsync();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Shard_WithADamagedCursor_IsRefusedAndTheOthersServe()
    {
        var (world, damage) = await StartAsync(shards: 2);
        await using var _ = world;
        damage.DamageState("shard.cursor", ShardKeys.Of(0));

        await IsDamagedAsync(
            () => world.Host.Shard(0).Record(GrainHost.Tenant, Docs.Event("e", DealIn(0, 0), 1m, owners: "ann")),
            "grain_state", "state shard.cursor/0", 0);
        await world.CreditAsync(Docs.Event("f", DealIn(1, 0), 1m, owners: "ann"));
        damage.RepairAll();
        await world.CreditAsync(Docs.Event("e", DealIn(0, 0), 1m, owners: "ann"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public void Refusal_OfDamageThatTheRuntimeWrapped_HasItsPlace()
    {
        var damage = new CorruptRecordException("grain_state", "state plan.rollout/acme/p", 7, "it is torn");
        var wrapped = new InvalidOperationException("The state could not be read.", new AggregateException(damage));

        var refusal = StoreFailures.RefusalOf(wrapped);

        Assert.Equal(RefusalReason.DamagedRecord, refusal!.Reason);
        Assert.Equal(new RecordPlace("grain_state", "state plan.rollout/acme/p", 7), refusal.Place);
        Assert.Null(StoreFailures.RefusalOf(new InvalidOperationException("a bug", new FormatException())));
    }

    private static async Task<(World World, DamagedStore Damage)> StartAsync(int shards)
    {
        var (stores, damage) = DamagedStore.Create();
        var world = new World(new GrainHost(stores, new GrainSettings
        {
            Shards = shards, DealsInFlight = InFlight, BusinessDate = new DateOnly(2026, 2, 15),
        }));
        await world.PutRepsAsync("ann", "bob");
        return (world, damage);
    }

    /// <summary>What was credited is read from the log again by the next activation of each shard.</summary>
    private static async Task ForgetCursorAsync(World world)
    {
        // It is saved when the shard goes, and not after.
        for (var shard = 0; shard < world.Host.Settings.Shards; shard++)
        {
            await world.Host.Runtime.DeactivateAsync(world.Host.Shard(shard));
            var states = world.Host.Store.States;
            if (await states.ReadStateAsync("shard.cursor", ShardKeys.Of(shard), default) is { } record)
            {
                await states.ClearStateAsync("shard.cursor", ShardKeys.Of(shard), record.Etag, default);
            }
        }
    }

    private static string DealIn(int shard, int index) => Enumerable.Range(0, 1000)
        .Select(i => $"deal-{i}")
        .Where(deal => GrainKeys.ShardOf(GrainHost.Tenant, deal, 2) == shard)
        .ElementAt(index);

    private static async Task IsDamagedAsync(Func<Task> ask, string table, string key, long number)
    {
        // A runtime may wrap what an activation threw.
        var damage = StoreFailures.DamageOf(await Assert.ThrowsAnyAsync<Exception>(ask));
        Assert.Equal((table, key, number), (damage?.Table, damage?.Key, damage?.Number));
    }
}
