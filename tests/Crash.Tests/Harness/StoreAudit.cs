using System.Globalization;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Storage;
using Commission.Verification;

namespace Commission.Crash.Tests.Harness;

/// <summary>Reads a store without the silo, and compares it with what clients know.</summary>
internal static class StoreAudit
{
    public const int Shards = 4;
    private const int MostDifferences = 20;

    public static readonly string ShardText = Shards.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// The store is sound, and its figures are those of its log; each acknowledged event is at its position, as it was
    /// sent, and no event id is there twice.
    /// </summary>
    /// <param name="place">The store; no silo has it open.</param>
    /// <param name="books">What clients know.</param>
    /// <param name="isSettled">Whether every outcome is known: then there is nothing else in the log.</param>
    public static Task VerifyAsync(IStorePlace place, KnownBooks books, bool isSettled) =>
        place.OpenAsync(async (address, log) =>
        {
            var problems = new List<StoreProblem>();
            await StoreUpkeep.CheckAsync(address, problems.Add, CancellationToken.None);
            Assert.Empty(problems);
            await ComputeAsync(address);
            await CompareAsync(log, books, isSettled);
        });

    /// <summary>What the ledger holds is what the log comes to; what was not credited in time may be missing.</summary>
    private static async Task ComputeAsync(string address)
    {
        var found = new List<Difference>();
        var summary = await StoreVerification.RunAsync(
            address, MostDifferences, update => found.AddRange(DifferenceOf(update)), CancellationToken.None);
        Assert.Empty(found);
        Assert.Equal(0, summary.Differences);
    }

    private static Difference[] DifferenceOf(VerifyUpdate update) =>
        update.Difference is { } difference ? [difference] : [];

    private static async Task CompareAsync(IDealLog log, KnownBooks books, bool isSettled)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var acknowledged = 0;
        for (var shard = 0; shard < Shards; shard++)
        {
            var records = await log.ReadAsync(shard, 0, int.MaxValue, CancellationToken.None);
            Assert.Equal(Enumerable.Range(1, records.Count), records.Select(record => (int)record.Number));
            foreach (var record in records)
            {
                Assert.True(ids.Add(record.EventId), $"{record.EventId} is logged twice.");
                var sent = books.SentAs(record.EventId);
                Assert.Equal(sent, LoggedEvent.Parser.ParseFrom(record.Payload.Span).Request);
                var known = books.At(shard, record.Number);
                Assert.True(known == record.EventId || (known is null && !isSettled),
                    $"{record.Position} is {record.EventId}, and was acknowledged as {known}.");
                acknowledged += known is null ? 0 : 1;
            }
        }

        Assert.Equal(books.Acknowledged, acknowledged);
    }
}
