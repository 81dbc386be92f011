namespace Commission.Storage.Tests.Postgres;

/// <summary>Two stores on one database, as two processes have them: every call goes to the other of them.</summary>
internal sealed class AlternatingStore(PostgresStore one, PostgresStore other)
    : IDealLog, ILedger, IGrainStateStore, ICatalog
{
    private int _calls;

    private PostgresStore Next => Interlocked.Increment(ref _calls) % 2 == 0 ? one : other;

    public Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct) =>
        Next.AppendAsync(shard, expectedHead, entries, ct);

    public Task<long> ReadHeadAsync(int shard, CancellationToken ct) => Next.ReadHeadAsync(shard, ct);

    public Task<IReadOnlyList<LogRecord>> ReadAsync(int shard, long afterNumber, int maxCount, CancellationToken ct) =>
        Next.ReadAsync(shard, afterNumber, maxCount, ct);

    public Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct) =>
        Next.AppendAsync(account, expectedSequence, payloads, ct);

    public Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct) =>
        Next.ReadAsync(account, afterSequence, maxCount, ct);

    public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct) => Next.ReadLastAsync(account, ct);

    public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct) =>
        Next.ReadStateAsync(name, key, ct);

    public Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct) =>
        Next.WriteStateAsync(name, key, etag, state, ct);

    public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct) =>
        Next.ClearStateAsync(name, key, etag, ct);

    public Task<CatalogPutResult> PutAsync(
        string tenant,
        string kind,
        string id,
        long? expectedVersion,
        ReadOnlyMemory<byte> document,
        CancellationToken ct) =>
        Next.PutAsync(tenant, kind, id, expectedVersion, document, ct);

    public Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        string tenant, IReadOnlyList<CatalogDraft> drafts, CancellationToken ct) =>
        Next.PutAllAsync(tenant, drafts, ct);

    public Task<CatalogEntry?> GetAsync(string tenant, string kind, string id, long? version, CancellationToken ct) =>
        Next.GetAsync(tenant, kind, id, version, ct);

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(
        string tenant, string kind, string? afterId, int maxCount, CancellationToken ct) =>
        Next.ListAsync(tenant, kind, afterId, maxCount, ct);

    public Task<IReadOnlyList<CatalogEntry>> ChangesAsync(
        string tenant, long afterSequence, int maxCount, CancellationToken ct) =>
        Next.ChangesAsync(tenant, afterSequence, maxCount, ct);

    public Task<IReadOnlyList<CatalogEntry>> VersionsAsync(
        string tenant, string kind, string id, CancellationToken ct) =>
        Next.VersionsAsync(tenant, kind, id, ct);
}
