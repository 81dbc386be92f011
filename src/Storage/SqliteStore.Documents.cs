using Commission.Storage.Sqlite;

namespace Commission.Storage;

/// <content>Grain states and the catalog.</content>
public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        return _readers.ReadAsync(reader => DocumentReads.GrainState(reader, name, key), ct);
    }

    /// <inheritdoc/>
    public Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        StorageLimits.CheckPayload(state, nameof(state));
        return _writer.WriteAsync(t => t.States.Write(name, key, etag, state), state.Length, ct);
    }

    /// <inheritdoc/>
    public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        return _writer.WriteAsync(t => t.States.Clear(name, key, etag), 0, ct);
    }

    /// <inheritdoc/>
    public Task<CatalogPutResult> PutAsync(
        string tenant,
        string kind,
        string id,
        long? expectedVersion,
        ReadOnlyMemory<byte> document,
        CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        StorageLimits.CheckPayload(document, nameof(document));
        return _writer.WriteAsync(
            t => t.Catalog.Put(tenant, kind, id, expectedVersion, document), document.Length, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        string tenant, IReadOnlyList<CatalogDraft> drafts, CancellationToken ct)
    {
        StorageLimits.CheckDrafts(tenant, drafts);
        return _writer.WriteAsync(
            t => t.Catalog.PutAll(tenant, drafts), drafts.Sum(draft => draft.Document.Length), ct);
    }

    /// <inheritdoc/>
    public Task<CatalogEntry?> GetAsync(string tenant, string kind, string id, long? version, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        return _readers.ReadAsync(reader => DocumentReads.Document(reader, tenant, kind, id, version), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ListAsync(
        string tenant, string kind, string? afterId, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)));
        StorageLimits.CheckCursor(afterId, nameof(afterId));
        StorageLimits.CheckPage(0, maxCount);
        return _readers.ReadAsync(
            reader => DocumentReads.LatestVersions(reader, tenant, kind, afterId, maxCount), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ChangesAsync(
        string tenant, long afterSequence, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKey(tenant, nameof(tenant));
        StorageLimits.CheckPage(afterSequence, maxCount);
        return _readers.ReadAsync(
            reader => DocumentReads.ChangesAfter(reader, tenant, afterSequence, maxCount), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> VersionsAsync(
        string tenant, string kind, string id, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        return _readers.ReadAsync(reader => DocumentReads.AllVersions(reader, tenant, kind, id), ct);
    }
}
