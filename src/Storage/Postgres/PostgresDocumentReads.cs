using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>Reads of grain states and of the catalog, each record checked.</summary>
internal static class PostgresDocumentReads
{
    private const string State = """
        SELECT version, checksum, state FROM commission.grain_state
        WHERE name = $1 AND key = $2 AND state IS NOT NULL
        """;

    private const string Columns = "SELECT c.sequence, c.kind, c.id, c.version, c.recorded_ms, c.checksum, c.document ";

    private const string Version = Columns + """
        FROM commission.catalog c WHERE c.tenant = $1 AND c.kind = $2 AND c.id = $3
          AND c.version <= $4 AND c.version >= $5 ORDER BY c.version DESC LIMIT 1
        """;

    private const string Versions = Columns + """
        FROM commission.catalog c WHERE c.tenant = $1 AND c.kind = $2 AND c.id = $3 ORDER BY c.version
        """;

    // A latest version that the catalog lacks is a row without a sequence, and reported.
    private const string List = Columns + """
        , l.id, l.version FROM commission.catalog_latest l
        LEFT JOIN commission.catalog c ON c.tenant = l.tenant AND c.sequence = l.sequence
        WHERE l.tenant = $1 AND l.kind = $2 AND l.id > $3 ORDER BY l.id LIMIT $4
        """;

    private const string Changes = Columns +
        "FROM commission.catalog c WHERE c.tenant = $1 AND c.sequence > $2 ORDER BY c.sequence LIMIT $3";

    public static Task<GrainStateRecord?> GrainStateAsync(
        PostgresReaders readers, string name, string key, CancellationToken ct) =>
        readers.ReadAsync(
            () => new NpgsqlCommand(State).With(name).With(key),
            async (rows, cancellation) =>
                await rows.ReadAsync(cancellation) ? ReadState(rows, name, key) : null,
            ct);

    public static Task<CatalogEntry?> DocumentAsync(
        PostgresReaders readers, DocumentKey key, long? version, CancellationToken ct) =>
        readers.ReadAsync(
            () => new NpgsqlCommand(Version).With(key.Tenant).With(key.Kind).With(key.Id)
                .With(version ?? long.MaxValue).With(version ?? 0),
            async (rows, cancellation) => await rows.ReadAsync(cancellation) ? ReadEntry(rows, key.Tenant) : null,
            ct);

    public static Task<IReadOnlyList<CatalogEntry>> AllVersionsAsync(
        PostgresReaders readers, DocumentKey key, CancellationToken ct) =>
        ReadAllAsync(
            readers,
            () => new NpgsqlCommand(Versions).With(key.Tenant).With(key.Kind).With(key.Id),
            key.Tenant,
            (entry, count) => Integrity.CheckNext("catalog", Place(entry), entry.Version, count + 1),
            ct);

    public static Task<IReadOnlyList<CatalogEntry>> LatestVersionsAsync(
        PostgresReaders readers, string tenant, string kind, string? afterId, int maxCount, CancellationToken ct) =>
        ReadAllAsync(
            readers,
            () => new NpgsqlCommand(List).With(tenant).With(kind).With(afterId ?? "").With(maxCount),
            tenant,
            static (_, _) => { },
            ct);

    public static Task<IReadOnlyList<CatalogEntry>> ChangesAfterAsync(
        PostgresReaders readers, string tenant, long after, int maxCount, CancellationToken ct) =>
        ReadAllAsync(
            readers,
            () => new NpgsqlCommand(Changes).With(tenant).With(after).With(maxCount),
            tenant,
            (entry, count) => Integrity.CheckNext("catalog", $"tenant {tenant}", entry.Sequence, after + count + 1),
            ct);

    private static Task<IReadOnlyList<CatalogEntry>> ReadAllAsync(
        PostgresReaders readers,
        Func<NpgsqlCommand> query,
        string tenant,
        Action<CatalogEntry, int> checkNext,
        CancellationToken ct) =>
        readers.ReadAsync<IReadOnlyList<CatalogEntry>>(
            query,
            async (rows, cancellation) =>
            {
                var entries = new List<CatalogEntry>();
                while (await rows.ReadAsync(cancellation))
                {
                    var entry = ReadEntry(rows, tenant);
                    checkNext(entry, entries.Count);
                    entries.Add(entry);
                }

                return entries;
            },
            ct);

    private static GrainStateRecord ReadState(NpgsqlDataReader row, string name, string key)
    {
        var (version, state) = (row.GetInt64(0), row.GetFieldValue<byte[]>(2));
        var checksum = Checksums.OfState(name, key, version, state);
        Integrity.Check("grain_state", $"state {name}/{key}", version, row.GetInt32(1), checksum);
        return new GrainStateRecord(StateBatch.Etag(version), state);
    }

    private static CatalogEntry ReadEntry(NpgsqlDataReader row, string tenant)
    {
        if (row.IsDBNull(0))
        {
            throw new CorruptRecordException(
                "catalog", $"document {tenant}/{row.GetString(7)}", row.GetInt64(8), "the record is missing");
        }

        var recordedMs = row.GetInt64(4);
        var entry = new CatalogEntry(
            tenant,
            row.GetString(1),
            row.GetString(2),
            row.GetInt64(3),
            row.GetInt64(0),
            row.GetFieldValue<byte[]>(6),
            default);
        var checksum = Checksums.OfDocument(entry, recordedMs);
        Integrity.Check("catalog", Place(entry), entry.Version, row.GetInt32(5), checksum);
        return entry with { RecordedAt = DateTimeOffset.FromUnixTimeMilliseconds(recordedMs) };
    }

    private static string Place(CatalogEntry entry) => $"document {entry.Tenant}/{entry.Kind}/{entry.Id}";
}
