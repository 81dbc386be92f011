using System.Globalization;
using System.Text;

namespace Commission.Storage;

/// <content>Grain states and the catalog.</content>
public sealed partial class MemoryStore
{
    private readonly Dictionary<(string Name, string Key), (long Version, byte[]? State)> _states = [];
    private readonly Dictionary<string, List<CatalogEntry>> _changes = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Tenant, string Kind, string Id), List<CatalogEntry>> _documents = [];
    private readonly Dictionary<(string Tenant, string Kind), SortedSet<string>> _ids = [];

    /// <inheritdoc/>
    public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        return Answer(() => _states.GetValueOrDefault((name, key)) is (var version, byte[] state)
            ? new GrainStateRecord(Etag(version), state)
            : null, ct);
    }

    /// <inheritdoc/>
    public Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        StorageLimits.CheckPayload(state, nameof(state));
        return Answer(() => SetState((name, key), etag, state.ToArray()), ct);
    }

    /// <inheritdoc/>
    public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        return Answer(() => SetState((name, key), etag, null), ct);
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
        return Answer(() => Put(tenant, kind, id, expectedVersion, document), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        string tenant, IReadOnlyList<CatalogDraft> drafts, CancellationToken ct)
    {
        StorageLimits.CheckDrafts(tenant, drafts);
        return Answer<IReadOnlyList<CatalogPutResult>>(() =>
        {
            var latest = drafts.Select(draft =>
                _documents.GetValueOrDefault((tenant, draft.Kind, draft.Id))?[^1].Version ?? 0).ToList();
            return drafts.Zip(latest).Any(one => one.First.ExpectedVersion is { } known && known != one.Second)
                ? latest.ConvertAll<CatalogPutResult>(version => new CatalogPutResult.VersionConflict(version))
                : [.. drafts.Select(draft => Put(tenant, draft.Kind, draft.Id, null, draft.Document))];
        }, ct);
    }

    /// <inheritdoc/>
    public Task<CatalogEntry?> GetAsync(string tenant, string kind, string id, long? version, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        return Answer(() =>
        {
            var versions = _documents.GetValueOrDefault((tenant, kind, id));
            var index = (version ?? versions?.Count ?? 0) - 1;
            return versions is null || index < 0 || index >= versions.Count ? null : versions[(int)index];
        }, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ListAsync(
        string tenant, string kind, string? afterId, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)));
        StorageLimits.CheckCursor(afterId, nameof(afterId));
        StorageLimits.CheckPage(0, maxCount);
        return Answer<IReadOnlyList<CatalogEntry>>(() =>
        {
            IEnumerable<string> ids = _ids.GetValueOrDefault((tenant, kind)) ?? [];
            return
            [
                .. ids.SkipWhile(id => afterId is not null && Utf8Order.Instance.Compare(id, afterId) <= 0)
                    .Take(maxCount)
                    .Select(id => _documents[(tenant, kind, id)][^1]),
            ];
        }, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ChangesAsync(
        string tenant, long afterSequence, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKey(tenant, nameof(tenant));
        StorageLimits.CheckPage(afterSequence, maxCount);
        return Answer<IReadOnlyList<CatalogEntry>>(
            () => Page(_changes.GetValueOrDefault(tenant), afterSequence, maxCount), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> VersionsAsync(
        string tenant, string kind, string id, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        return Answer<IReadOnlyList<CatalogEntry>>(
            () => Page(_documents.GetValueOrDefault((tenant, kind, id)), 0, int.MaxValue), ct);
    }

    private StateWriteResult SetState((string Name, string Key) place, string? etag, byte[]? state)
    {
        var (version, current) = _states.GetValueOrDefault(place);
        var actual = current is null ? null : Etag(version);
        if (actual != etag)
        {
            return new StateWriteResult.Conflict(actual);
        }

        // A cleared state keeps its version, so that an etag never comes twice.
        if (state is not null || current is not null)
        {
            _states[place] = (version + 1, state);
        }

        return new StateWriteResult.Written(state is null ? null : Etag(version + 1));
    }

    private CatalogPutResult Put(
        string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> document)
    {
        var versions = _documents.GetValueOrDefault((tenant, kind, id));
        var latest = versions?[^1];
        if (expectedVersion is not null && expectedVersion != (latest?.Version ?? 0))
        {
            return new CatalogPutResult.VersionConflict(latest?.Version ?? 0);
        }

        if (latest is not null && latest.Document.Span.SequenceEqual(document.Span))
        {
            return new CatalogPutResult.Unchanged(latest.Version, latest.Sequence);
        }

        var changes = GetOrAdd(_changes, tenant);
        var entry = new CatalogEntry(
            tenant,
            kind,
            id,
            (latest?.Version ?? 0) + 1,
            changes.Count + 1,
            document.ToArray(),
            StorageLimits.ToMilliseconds(_time.GetUtcNow()));
        changes.Add(entry);
        GetOrAdd(_documents, (tenant, kind, id)).Add(entry);
        AddId(tenant, kind, id);
        return new CatalogPutResult.Put(entry.Version, entry.Sequence);
    }

    private void AddId(string tenant, string kind, string id)
    {
        if (!_ids.TryGetValue((tenant, kind), out var ids))
        {
            _ids.Add((tenant, kind), ids = new SortedSet<string>(Utf8Order.Instance));
        }

        ids.Add(id);
    }

    private static string Etag(long version) => version.ToString(CultureInfo.InvariantCulture);

    /// <summary>The order of databases: by UTF-8 bytes. Outside the BMP that is not UTF-16's.</summary>
    private sealed class Utf8Order : IComparer<string>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(string? x, string? y) =>
            Encoding.UTF8.GetBytes(x ?? "").AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y ?? ""));
    }
}
