using System.Security.Cryptography;
using Commission.Grains.Tests.Harness;
using Commission.Storage;

namespace Commission.Verification.Tests;

/// <summary>
/// Copies a store into an empty one by the store's own writers, so that whatever is altered has correct checksums and
/// numbers.
/// </summary>
/// <param name="edit">Given an account with its records in order; returns those that it is to have.</param>
internal sealed class StoreCopy(Func<string, List<ReadOnlyMemory<byte>>, List<ReadOnlyMemory<byte>>>? edit = null)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async Task RunAsync(string from, Stores to)
    {
        var (events, entries, states, documents) = await StoreUpkeep.ReadAsync(
            from,
            reading => (reading.Events().ToList(), reading.Entries().ToList(), reading.States().ToList(),
                reading.Documents().ToList()),
            Ct);
        foreach (var entry in documents)
        {
            await to.Catalog.PutAsync(entry.Tenant, entry.Kind, entry.Id, null, entry.Document, Ct);
        }

        foreach (var shard in events.GroupBy(record => record.Shard))
        {
            await to.Log.AppendAsync(shard.Key, 0, [.. shard.Select(ToEntry)], Ct);
        }

        foreach (var account in entries.GroupBy(record => record.Account, StringComparer.Ordinal))
        {
            List<ReadOnlyMemory<byte>> records = [.. account.Select(record => record.Payload)];
            records = edit?.Invoke(account.Key, records) ?? records;
            await to.Ledger.AppendAsync(account.Key, 0, records, Ct);
        }

        foreach (var state in states)
        {
            await to.States.WriteStateAsync(state.Name, state.Key, null, state.State, Ct);
        }
    }

    private static LogEntry ToEntry(LogRecord record) => new(
        record.Tenant, record.EventId, SHA256.HashData(record.Payload.Span), record.Payload, record.RecordedAt);
}
