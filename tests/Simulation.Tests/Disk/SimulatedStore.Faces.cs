using System.Text.Json.Nodes;
using Commission.Contracts.Grains.V1;
using Commission.Storage;
using Google.Protobuf;

namespace Commission.Simulation.Tests.Disk;

/// <content>The store by its four faces; the planted bugs.</content>
internal sealed partial class SimulatedStore : IDealLog, ILedger, IGrainStateStore, ICatalog
{
    public Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct) =>
        WriteAsync(
            async store => await store.AppendAsync(
                shard, Expected(expectedHead, await store.ReadHeadAsync(shard, default)), entries, default),
            ct);

    public Task<long> ReadHeadAsync(int shard, CancellationToken ct) =>
        ReadAsync(store => store.ReadHeadAsync(shard, default), ct);

    public Task<IReadOnlyList<LogRecord>> ReadAsync(int shard, long afterNumber, int maxCount, CancellationToken ct) =>
        ReadAsync(
            async store => disk.Verified("deal_log", SimulatedDisk.JournalOf(shard),
                await store.ReadAsync(shard, afterNumber, maxCount, default), record => record.Number),
            ct);

    public Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct) =>
        WriteAsync(
            async store => await store.AppendAsync(
                account,
                Expected(expectedSequence, (await store.ReadLastAsync(account, default))?.Sequence ?? 0),
                await ToStoredAsync(store, account, payloads),
                default),
            ct);

    public Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct) =>
        ReadAsync(
            async store => disk.Verified(
                "ledger", account, await store.ReadAsync(account, afterSequence, maxCount, default), SequenceOf),
            ct);

    public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct) =>
        ReadAsync(
            async store => await store.ReadLastAsync(account, default) is { } last
                ? disk.Verified("ledger", account, [last], SequenceOf).SingleOrDefault()
                : null,
            ct);

    public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct) =>
        ReadAsync(store => store.ReadStateAsync(name, key, default), ct);

    public Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct) =>
        WriteAsync(async store => await store.WriteStateAsync(
            name,
            key,
            disk.Bug == PlantedBug.NoFence ? (await store.ReadStateAsync(name, key, default))?.Etag : etag,
            await ToStoredAsync(store, key, state),
            default), ct);

    public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct) =>
        WriteAsync(async store => await store.ClearStateAsync(name, key, etag, default), ct);

    public Task<CatalogPutResult> PutAsync(
        string tenant,
        string kind,
        string id,
        long? expectedVersion,
        ReadOnlyMemory<byte> document,
        CancellationToken ct) =>
        WriteAsync(async store => await store.PutAsync(tenant, kind, id, expectedVersion, document, default), ct);

    public Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        string tenant, IReadOnlyList<CatalogDraft> drafts, CancellationToken ct) =>
        WriteAsync(async store => await store.PutAllAsync(tenant, drafts, default), ct);

    public Task<CatalogEntry?> GetAsync(string tenant, string kind, string id, long? version, CancellationToken ct) =>
        ReadAsync(store => store.GetAsync(tenant, kind, id, version, default), ct);

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(
        string tenant, string kind, string? afterId, int maxCount, CancellationToken ct) =>
        ReadAsync(store => store.ListAsync(tenant, kind, afterId, maxCount, default), ct);

    public Task<IReadOnlyList<CatalogEntry>> ChangesAsync(
        string tenant, long afterSequence, int maxCount, CancellationToken ct) =>
        ReadAsync(store => store.ChangesAsync(tenant, afterSequence, maxCount, default), ct);

    public Task<IReadOnlyList<CatalogEntry>> VersionsAsync(
        string tenant, string kind, string id, CancellationToken ct) =>
        ReadAsync(store => store.VersionsAsync(tenant, kind, id, default), ct);

    private static long SequenceOf(LedgerRecord record) => record.Sequence;

    private long Expected(long expected, long actual) => disk.Bug == PlantedBug.NoFence ? actual : expected;

    private async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ToStoredAsync(
        MemoryStore store, string account, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        if (disk.Bug != PlantedBug.Difference || !account.StartsWith("rep/", StringComparison.Ordinal))
        {
            return payloads;
        }

        var held = (await store.ReadAsync(account, 0, int.MaxValue, default))
            .Select(record => CreditRecord.Parser.ParseFrom(record.Payload.Span)).ToList();
        return [.. payloads.Select(payload => ToDifference(held, payload))];
    }

    /// <summary>What came to a deal since the last record of it, under a name of its own.</summary>
    private static ReadOnlyMemory<byte> ToDifference(List<CreditRecord> held, ReadOnlyMemory<byte> payload)
    {
        var record = CreditRecord.Parser.ParseFrom(payload.Span);
        var id = record.Deal?.Deal_ ?? "";
        var before = held.Count(one => one.Deal is not null
            && (one.Deal.Deal_ == id || one.Deal.Deal_.StartsWith($"{id}+", StringComparison.Ordinal)));
        if (before > 0)
        {
            record.Deal!.Deal_ = $"{id}+{before}";
        }

        held.Add(record);
        return record.ToByteArray();
    }

    private async Task<ReadOnlyMemory<byte>> ToStoredAsync(MemoryStore store, string key, ReadOnlyMemory<byte> state)
    {
        if (disk.Bug != PlantedBug.EarlyCursor)
        {
            return state;
        }

        var cursor = JsonNode.Parse(state.Span)!;
        cursor["Applied"] = await store.ReadHeadAsync(int.Parse(key, System.Globalization.CultureInfo.InvariantCulture),
            default);
        return System.Text.Encoding.UTF8.GetBytes(cursor.ToJsonString());
    }
}
