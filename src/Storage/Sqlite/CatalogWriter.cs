using System.Runtime.InteropServices;

namespace Commission.Storage.Sqlite;

/// <summary>Puts documents.</summary>
internal sealed class CatalogWriter(PreparedConnection connection, TenantIds tenants, TimeProvider time)
{
    private readonly Statement _head = connection.Prepare(Sql.CatalogHead);
    private readonly Statement _insert = connection.Prepare("INSERT INTO catalog VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    private readonly Statement _latest = connection.Prepare("""
        SELECT c.version, c.position, c.document FROM catalog_latest l JOIN catalog c ON c.position = l.position
        WHERE l.tenant = ? AND l.kind = ? AND l.id = ?
        """);

    private readonly Statement _point = connection.Prepare(
        "INSERT INTO catalog_latest VALUES(?, ?, ?, ?) ON CONFLICT DO UPDATE SET position = excluded.position");

    public CatalogPutResult Put(
        string tenant, string kind, string id, long? expectedVersion, ReadOnlyMemory<byte> document)
    {
        var latest = Latest(tenants.Find(tenant), kind, id, document.Span);
        if (expectedVersion is not null && expectedVersion != latest.Version)
        {
            return new CatalogPutResult.VersionConflict(latest.Version);
        }

        return latest.IsEqual
            ? new CatalogPutResult.Unchanged(latest.Version, latest.Sequence)
            : Insert(tenant, kind, id, latest.Version + 1, document);
    }

    public IReadOnlyList<CatalogPutResult> PutAll(string tenant, IReadOnlyList<CatalogDraft> drafts)
    {
        var owner = tenants.Find(tenant);
        var latest = drafts.Select(draft => Latest(owner, draft.Kind, draft.Id, draft.Document.Span)).ToList();
        if (drafts.Zip(latest).Any(one => one.First.ExpectedVersion is { } expected && expected != one.Second.Version))
        {
            return latest.ConvertAll<CatalogPutResult>(one => new CatalogPutResult.VersionConflict(one.Version));
        }

        return [.. drafts.Select(draft => Put(tenant, draft.Kind, draft.Id, null, draft.Document))];
    }

    private CatalogPutResult.Put Insert(
        string tenant, string kind, string id, long version, ReadOnlyMemory<byte> document)
    {
        var owner = tenants.GetOrAdd(tenant);
        var sequence = Sql.LastNumber(_head, PackedKey.Wide, owner) + 1;
        var position = PackedKey.Wide.Pack(owner, sequence);
        var recordedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var entry = new CatalogEntry(tenant, kind, id, version, sequence, document, default);
        _insert.Bind(position).Bind(owner).Bind(kind).Bind(id).Bind(version)
            .Bind(recordedMs).Bind(Checksums.OfDocument(entry, recordedMs)).Bind(document.Span).Run();
        _point.Bind(owner).Bind(kind).Bind(id).Bind(position).Run();
        return new CatalogPutResult.Put(version, sequence);
    }

    private LatestVersion Latest(long? tenant, string kind, string id, ReadOnlySpan<byte> document)
    {
        if (tenant is null || !_latest.Bind(tenant.Value).Bind(kind).Bind(id).Step())
        {
            _latest.Reset();
            return default;
        }

        var sequence = PackedKey.Wide.Number(_latest.Int64(1));
        var latest = new LatestVersion(_latest.Int64(0), sequence, _latest.Blob(2).SequenceEqual(document));
        _latest.Reset();
        return latest;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct LatestVersion(long Version, long Sequence, bool IsEqual);
}
