using Commission.Contracts.Grains.V1;
using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Commission.Storage.Tests.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Verification.Tests;

/// <summary>Damage with correct checksums, planted into a copy of a clean store: it is found, and named.</summary>
public sealed class PlantedStoreTests : IAsyncLifetime
{
    private readonly Files _files = new();

    public async ValueTask InitializeAsync()
    {
        await using var world = await _files.WorldAsync("clean.db");
        await Planted.FillAsync(world);
    }

    public ValueTask DisposeAsync() => _files.DisposeAsync();

    [Fact]
    public async Task Copy_WithoutDamage_IsClean()
    {
        var verified = await DamagedAsync(new StoreCopy());

        verified.IsClean();
        Assert.Equal(
            (3, 3, 5, 3, 1),
            (verified.Summary.Events, verified.Summary.Deals, verified.Summary.Credits, verified.Summary.Payees,
                verified.Summary.Territories));
    }

    [Fact]
    public async Task Credit_RemovedFromTheLedger_IsNamedWithItsWindowAndStatement()
    {
        var verified = await DamagedAsync(Planted.Last<CreditRecord>(Planted.Ann, _ => null));

        Assert.Equal(
            """
            ann d2 roles: owner 1 (owner) -> 
            ann 2026-02 earned: 3000 -> 2000
            ann 2026-02 paid: 3000 -> 2000
            ann 2026-Q1 commission credited: 60000 -> 40000
            ann 2026-Q1 commission attainment: 0.6 -> 0.4
            ann 2026-Q1 commission earned: 3000 -> 2000
            ann d2 earned: 1000 -> 
            """,
            verified.Text);
        Assert.Equal(GrainKeysOf("d2"), verified.Differences[0].Positions.Single().Shard);
    }

    [Fact]
    public async Task Credit_WithAnotherAmount_IsNamed()
    {
        var verified = await DamagedAsync(Planted.Last<CreditRecord>(Planted.Ann, record =>
        {
            record.Deal.Amount = Docs.Usd(20_000.01m);
            return record;
        }));

        Assert.StartsWith("ann d2 amount: 20000 USD -> 20000.01 USD\n", verified.Text, StringComparison.Ordinal);
        Assert.Contains("ann d2 commission credited: 20000 -> 20000.01", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credit_OfAnotherRole_IsNamed()
    {
        var verified = await DamagedAsync(Planted.Last<CreditRecord>(Planted.Ann, record =>
        {
            record.Roles[0].Share = "0.5";
            return record;
        }));

        Assert.StartsWith(
            "ann d2 roles: owner 1 (owner) -> owner 0.5 (owner)\n", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credit_GivenToAnotherPayeeToo_IsNamed()
    {
        var verified = await DamagedAsync(Planted.Added(Planted.Ann, Planted.Bob, _ => { }));

        Assert.StartsWith("bob d2 roles: -> owner 1 (owner)\n", verified.Text, StringComparison.Ordinal);
        Assert.Contains("bob d2 earned: -> 1000", verified.Text, StringComparison.Ordinal);
        Assert.Contains("bob 2026-Q1 commission earned: 500 -> 1500", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credit_DoubledUnderAnotherRevision_IsNamed()
    {
        var verified = await DamagedAsync(Planted.Added(Planted.Ann, Planted.Ann, record => record.Revision++));

        Assert.Equal("ann d2 revision: 1 -> 2", verified.Text);
    }

    [Fact]
    public async Task Credit_DoubledUnderItsRevision_ChangesNothing() =>
        (await DamagedAsync(Planted.Added(Planted.Ann, Planted.Ann, _ => { }))).IsClean();

    [Fact]
    public async Task Deal_WhoseAccountNamesAnotherEvent_IsNamed()
    {
        var verified = await DamagedAsync(Planted.Last<DealState>(Planted.Deal, state =>
        {
            state.Position.Number += 7;
            state.Credited.Credits.Clear();
            return state;
        }));

        var position = verified.Differences[0].Positions.Single();
        var (shard, number) = (position.Shard, position.Number);
        Assert.Equal(
            $"""
             d1 position: shard {shard}, event {number} -> shard {shard}, event {number + 7}
             d1 payees told: ann -> 
             d1 payees told: eve -> 
            """.ReplaceLineEndings("\n"),
            verified.Text);
    }

    [Fact]
    public async Task Deal_WithoutAccount_IsNamed()
    {
        var verified = await DamagedAsync(Planted.Last<DealState>(Planted.Deal, _ => null));

        Assert.Contains(" d1 account: shard ", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Territory_WhoseTotalIsOff_IsNamed()
    {
        var verified = await DamagedAsync(Planted.Last<TerritoryRecord>(Planted.North, record =>
        {
            record.Amount = Docs.Usd(10_500m);
            return record;
        }));

        Assert.Equal(
            """
            north d3 amount: 10000 USD -> 10500 USD
            north USD in all: 50000 -> 50500
            """,
            verified.Text);
    }

    [Fact]
    public async Task Record_ThatCannotBeRead_IsNamed()
    {
        var copy = new StoreCopy((name, records) =>
            name == Planted.Bob ? [.. records.SkipLast(1), new byte[] { 0x0a, 0x7f }] : records);

        var verified = await DamagedAsync(copy);

        Assert.StartsWith("bob account: -> a record can't be read", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Differences_MoreThanAskedFor_AreCounted()
    {
        await CopyAsync(Planted.Last<CreditRecord>(Planted.Ann, _ => null), "damaged.db");

        var verified = await Verified.StoreAsync(_files.Of("damaged.db"), most: 2);

        Assert.Equal((2, 7), (verified.Differences.Count, verified.Summary.Differences));
    }

    [Fact]
    public async Task Postgres_CleanAndDamaged_IsVerifiedLikeAFile()
    {
        await using var server = await PostgresServer.StartAsync();
        var address = server.AddressOf(await server.BorrowDatabaseAsync());
        await FillAsync(address, new StoreCopy());
        (await Verified.StoreAsync(address)).IsClean();

        var damaged = server.AddressOf(await server.BorrowDatabaseAsync());
        await FillAsync(damaged, Planted.Last<CreditRecord>(Planted.Ann, _ => null));
        var verified = await Verified.StoreAsync(damaged);

        Assert.StartsWith("ann d2 roles: owner 1 (owner) -> ", verified.Text, StringComparison.Ordinal);
        Assert.Equal(7, verified.Summary.Differences);
    }

    private static int GrainKeysOf(string deal) => Contracts.Grains.GrainKeys.ShardOf("acme", deal, 3);

    private async Task FillAsync(string address, StoreCopy copy)
    {
        var options = new PostgresStoreOptions { ConnectionString = address };
        await using var store = await PostgresStore.OpenAsync(
            options, NullLogger<PostgresStore>.Instance, TestContext.Current.CancellationToken);
        await copy.RunAsync(_files.Of("clean.db"), Stores.Of(store));
    }

    private async Task CopyAsync(StoreCopy copy, string name) =>
        await copy.RunAsync(_files.Of("clean.db"), Stores.Of(await _files.OpenAsync(name)));

    private async Task<Verified> DamagedAsync(StoreCopy copy)
    {
        await CopyAsync(copy, "damaged.db");
        return await Verified.StoreAsync(_files.Of("damaged.db"));
    }
}
