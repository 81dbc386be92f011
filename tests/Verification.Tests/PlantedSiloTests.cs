using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Google.Protobuf;

namespace Commission.Verification.Tests;

/// <summary>Grains whose memory is wrong: found and named, whether or not the ledger is wrong too.</summary>
public sealed class PlantedSiloTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payee_WithAWrongRecordBehindItsBack_IsNamedWithTheRecord()
    {
        await using var world = await FilledAsync();
        await PlantAsync(world, Planted.Ann);

        var verified = await Verified.LiveAsync(world.Host);

        Assert.Equal(
            """
            ann d2 amount: 20000 USD -> 30000 USD
            ann 2026-02 earned: 3000 -> 3500
            ann 2026-02 paid: 3000 -> 3500
            ann 2026-Q1 commission credited: 60000 -> 70000
            ann 2026-Q1 commission attainment: 0.6 -> 0.7
            ann 2026-Q1 commission earned: 3000 -> 3500
            """,
            verified.Text);
        Assert.Equal((0, 6), (verified.Summary.Busy, verified.Summary.Differences));
    }

    [Fact]
    public async Task Payee_WhoseMemoryAloneIsWrong_IsNamedWithoutARecord()
    {
        await using var world = await FilledAsync();
        var planted = await PlantAsync(world, Planted.Ann);
        var sound = world.Host.Store with { Ledger = new HidingLedger(world.Host.Store.Ledger, Planted.Ann, planted) };

        var verified = await Verified.LiveAsync(world.Host, sound);

        Assert.StartsWith("ann 2026-02 earned: 3000 -> 3500\n", verified.Text, StringComparison.Ordinal);
        Assert.Equal(5, verified.Summary.Differences);
    }

    [Fact]
    public async Task Territory_WithAWrongRecordBehindItsBack_IsNamed()
    {
        await using var world = await FilledAsync();
        await world.Host.Runtime.DeactivateAllAsync();
        var last = await world.Host.Store.Ledger.ReadLastAsync(Planted.North, Ct);
        var record = TerritoryRecord.Parser.ParseFrom(last!.Payload.Span);
        (record.Revision, record.Counts) = (record.Revision + 1, false);
        await world.Host.Store.Ledger.AppendAsync(Planted.North, last.Sequence, [record.ToByteArray()], Ct);

        var verified = await Verified.LiveAsync(world.Host);

        Assert.StartsWith("north d3 counts: yes -> no\n", verified.Text, StringComparison.Ordinal);
        Assert.Contains("north all deals: 2 -> 1", verified.Text, StringComparison.Ordinal);
        Assert.Contains("north 2026-Q1 USD: 50000 -> 40000", verified.Text, StringComparison.Ordinal);
    }

    private static async Task<World> FilledAsync()
    {
        var world = World.InMemory();
        await Planted.FillAsync(world);
        (await Verified.LiveAsync(world.Host)).IsClean();
        return world;
    }

    /// <summary>Appends a newer revision of a payee's last credit, of 10,000 more; returns its sequence.</summary>
    private static async Task<long> PlantAsync(World world, string account)
    {
        await world.Host.Runtime.DeactivateAllAsync();
        var ledger = world.Host.Store.Ledger;
        var last = await ledger.ReadLastAsync(account, Ct);
        var record = CreditRecord.Parser.ParseFrom(last!.Payload.Span);
        record.Revision++;
        record.Deal.Amount = new Money { Currency = "USD", Units = record.Deal.Amount.Units + 10_000 };
        await ledger.AppendAsync(account, last.Sequence, [record.ToByteArray()], Ct);
        return last.Sequence + 1;
    }

    /// <summary>A ledger without one record.</summary>
    private sealed class HidingLedger(ILedger inner, string hidden, long sequence) : ILedger
    {
        public Task<LedgerAppendResult> AppendAsync(
            string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads,
            CancellationToken ct) =>
            inner.AppendAsync(account, expectedSequence, payloads, ct);

        public async Task<IReadOnlyList<LedgerRecord>> ReadAsync(
            string account, long afterSequence, int maxCount, CancellationToken ct)
        {
            var page = await inner.ReadAsync(account, afterSequence, maxCount, ct);
            return account == hidden ? [.. page.Where(record => record.Sequence != sequence)] : page;
        }

        public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct) =>
            inner.ReadLastAsync(account, ct);
    }
}
