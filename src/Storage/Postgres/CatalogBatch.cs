using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>Documents of one tenant that are put together, all or none; waiting.</summary>
internal sealed class CatalogPut(string tenant, IReadOnlyList<CatalogDraft> drafts)
    : PendingWrite<IReadOnlyList<CatalogPutResult>>(drafts.Sum(draft => (long)draft.Document.Length))
{
    public IReadOnlyList<HashedDraft> Drafts { get; } = [.. drafts.Select(draft => new HashedDraft(
        new DocumentKey(tenant, draft.Kind, draft.Id),
        draft.ExpectedVersion,
        Payloads.ToArray(draft.Document),
        SHA256.HashData(draft.Document.Span)))];
}

/// <summary>A document that is to be put, and its hash.</summary>
internal sealed record HashedDraft(DocumentKey Key, long? ExpectedVersion, byte[] Document, byte[] Hash);

/// <summary>A document's identity.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DocumentKey(string Tenant, string Kind, string Id);

/// <summary>
/// Puts documents. Whether one equals the latest is asked by SHA-256, so that no document travels for it. Two processes
/// that want the next number of a tenant's sequence collide in its key, and the later one decides its batch anew.
/// </summary>
internal sealed class CatalogBatch(IReadOnlyList<CatalogPut> operations, TimeProvider time) : IBatch
{
    private const string Heads = """
        SELECT k.tenant, l.sequence FROM unnest($1) AS k(tenant) CROSS JOIN LATERAL (
          SELECT sequence FROM commission.catalog WHERE tenant = k.tenant ORDER BY sequence DESC LIMIT 1) l
        """;

    private const string Latest = """
        SELECT c.tenant, c.kind, c.id, c.version, c.sequence, sha256(c.document)
        FROM unnest($1, $2, $3) AS k(tenant, kind, id) CROSS JOIN LATERAL (
          SELECT * FROM commission.catalog
          WHERE tenant = k.tenant AND kind = k.kind AND id = k.id ORDER BY version DESC LIMIT 1) c
        """;

    private const string Insert = """
        INSERT INTO commission.catalog(tenant, sequence, kind, id, version, recorded_ms, checksum, document)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8)
        """;

    private const string Point = """
        INSERT INTO commission.catalog_latest(tenant, kind, id, version, sequence)
        SELECT * FROM unnest($1, $2, $3, $4, $5) ON CONFLICT (tenant, kind, id)
        DO UPDATE SET version = excluded.version, sequence = excluded.sequence
        """;

    private readonly Dictionary<string, long> _heads = new(StringComparer.Ordinal);
    private readonly Dictionary<DocumentKey, Stored> _latest = [];
    private readonly List<Row> _rows = [];

    public void Ask(NpgsqlBatch questions)
    {
        var keys = operations.SelectMany(operation => operation.Drafts).Select(draft => draft.Key).Distinct().ToList();
        var tenants = keys.Select(key => key.Tenant).Distinct(StringComparer.Ordinal).ToArray();
        questions.BatchCommands.Add(new NpgsqlBatchCommand(Heads).With(tenants));
        questions.BatchCommands.Add(new NpgsqlBatchCommand(Latest)
            .With(keys, key => key.Tenant).With(keys, key => key.Kind).With(keys, key => key.Id));
    }

    public void Read(NpgsqlDataReader answers)
    {
        while (answers.Read())
        {
            _heads.Add(answers.GetString(0), answers.GetInt64(1));
        }

        answers.NextResult();
        while (answers.Read())
        {
            var key = new DocumentKey(answers.GetString(0), answers.GetString(1), answers.GetString(2));
            var hash = answers.GetFieldValue<byte[]>(5);
            _latest.Add(key, new Stored(answers.GetInt64(3), answers.GetInt64(4), hash));
        }
    }

    public void Decide()
    {
        var recordedMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var operation in operations)
        {
            operation.Decide(Decide(operation.Drafts, recordedMs));
        }
    }

    public void Write(NpgsqlBatch changes)
    {
        var ordered = _rows.OrderBy(row => row.Key.Tenant, StringComparer.Ordinal)
            .ThenBy(row => row.Sequence).ToList();
        foreach (var rows in Commands.Statements(ordered, static row => row.Document))
        {
            changes.BatchCommands.Add(InsertOf(rows));
        }

        // Of several versions in one batch the last; one statement can't change a row twice.
        var latest = ordered.GroupBy(row => row.Key).Select(versions => versions.Last()).ToList();
        if (latest.Count > 0)
        {
            changes.BatchCommands.Add(new NpgsqlBatchCommand(Point)
                .With(latest, row => row.Key.Tenant)
                .With(latest, row => row.Key.Kind)
                .With(latest, row => row.Key.Id)
                .With(latest, row => row.Version)
                .With(latest, row => row.Sequence));
        }
    }

    private IReadOnlyList<CatalogPutResult> Decide(IReadOnlyList<HashedDraft> drafts, long recordedMs) =>
        drafts.Any(draft => draft.ExpectedVersion is { } known && known != LatestOf(draft).Version)
            ? [.. drafts.Select(draft => new CatalogPutResult.VersionConflict(LatestOf(draft).Version))]
            : [.. drafts.Select(draft => Decide(draft, recordedMs))];

    private Stored LatestOf(HashedDraft draft) => _latest.GetValueOrDefault(draft.Key);

    private CatalogPutResult Decide(HashedDraft draft, long recordedMs)
    {
        var latest = LatestOf(draft);
        if (latest.Hash is not null && latest.Hash.AsSpan().SequenceEqual(draft.Hash))
        {
            return new CatalogPutResult.Unchanged(latest.Version, latest.Sequence);
        }

        var (version, sequence) = (latest.Version + 1, _heads.GetValueOrDefault(draft.Key.Tenant) + 1);
        _heads[draft.Key.Tenant] = sequence;
        _latest[draft.Key] = new Stored(version, sequence, draft.Hash);
        _rows.Add(new Row(draft.Key, version, sequence, recordedMs, draft.Document));
        return new CatalogPutResult.Put(version, sequence);
    }

    private static NpgsqlBatchCommand InsertOf(IReadOnlyList<Row> rows) => new NpgsqlBatchCommand(Insert)
        .With(rows, row => row.Key.Tenant)
        .With(rows, row => row.Sequence)
        .With(rows, row => row.Key.Kind)
        .With(rows, row => row.Key.Id)
        .With(rows, row => row.Version)
        .With(rows, row => row.RecordedMs)
        .With(rows, row => row.Checksum)
        .With(rows, row => row.Document);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Stored(long Version, long Sequence, byte[]? Hash);

    private sealed record Row(DocumentKey Key, long Version, long Sequence, long RecordedMs, byte[] Document)
    {
        public int Checksum => Checksums.OfDocument(
            new CatalogEntry(Key.Tenant, Key.Kind, Key.Id, Version, Sequence, Document, default), RecordedMs);
    }
}
