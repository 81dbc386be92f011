namespace Commission.Storage.Sqlite;

/// <summary>Reads of grain states and of the catalog, each record checked.</summary>
internal static class DocumentReads
{
    private const string State =
        "SELECT version, checksum, state FROM grain_state WHERE name = ? AND key = ? AND state IS NOT NULL";

    private const string Columns =
        "SELECT c.position, c.kind, c.id, c.version, c.recorded_ms, c.checksum, c.document ";

    private const string Version = Columns + """
        FROM catalog c WHERE c.tenant = (SELECT id FROM tenants WHERE name = ?)
          AND c.kind = ? AND c.id = ? AND c.version <= ? AND c.version >= ? ORDER BY c.version DESC LIMIT 1
        """;

    private const string Versions = Columns + """
        FROM catalog c WHERE c.tenant = (SELECT id FROM tenants WHERE name = ?)
          AND c.kind = ? AND c.id = ? ORDER BY c.version
        """;

    private const string List = Columns + """
        FROM catalog_latest l JOIN catalog c ON c.position = l.position
        WHERE l.tenant = (SELECT id FROM tenants WHERE name = ?)
          AND l.kind = ? AND l.id > ? ORDER BY l.id LIMIT ?
        """;

    private const string Tenant = "SELECT id FROM tenants WHERE name = ?";

    private const string Changes = Columns +
        "FROM catalog c WHERE c.position > ? AND c.position <= ? ORDER BY c.position LIMIT ?";

    public static GrainStateRecord? GrainState(PreparedConnection reader, string name, string key)
    {
        var row = reader.Prepare(State);
        if (!row.Bind(name).Bind(key).Step())
        {
            return null;
        }

        var version = row.Int64(0);
        var state = row.Blob(2).ToArray();
        var place = $"state {name}/{key}";
        var checksum = Checksums.OfState(name, key, version, state);
        Integrity.Check("grain_state", place, version, row.Int64(1), checksum);
        return new GrainStateRecord(GrainStateWriter.Etag(version), state);
    }

    public static CatalogEntry? Document(
        PreparedConnection reader, string tenant, string kind, string id, long? version)
    {
        var rows = reader.Prepare(Version);
        rows.Bind(tenant).Bind(kind).Bind(id).Bind(version ?? long.MaxValue).Bind(version ?? 0);
        return rows.Step() ? ReadEntry(rows, tenant) : null;
    }

    public static IReadOnlyList<CatalogEntry> AllVersions(
        PreparedConnection reader, string tenant, string kind, string id)
    {
        var rows = reader.Prepare(Versions).Bind(tenant).Bind(kind).Bind(id);
        return ReadAll(rows, tenant, expectedVersion: 1);
    }

    public static IReadOnlyList<CatalogEntry> LatestVersions(
        PreparedConnection reader, string tenant, string kind, string? afterId, int maxCount) =>
        ReadAll(reader.Prepare(List).Bind(tenant).Bind(kind).Bind(afterId ?? "").Bind(maxCount), tenant);

    public static IReadOnlyList<CatalogEntry> ChangesAfter(
        PreparedConnection reader, string tenant, long after, int maxCount)
    {
        var find = reader.Prepare(Tenant);
        if (!find.Bind(tenant).Step())
        {
            return [];
        }

        var keys = PackedKey.Wide;
        var owner = find.Int64(0);
        var rows = reader.Prepare(Changes).Bind(keys.After(owner, after)).Bind(keys.Last(owner)).Bind(maxCount);
        return ReadAll(rows, tenant, expectedSequence: after + 1);
    }

    private static List<CatalogEntry> ReadAll(
        Statement rows, string tenant, long? expectedVersion = null, long? expectedSequence = null)
    {
        var entries = new List<CatalogEntry>();
        while (rows.Step())
        {
            var entry = ReadEntry(rows, tenant);
            Integrity.CheckNext("catalog", Place(entry), entry.Version, expectedVersion + entries.Count);
            Integrity.CheckNext("catalog", $"tenant {tenant}", entry.Sequence, expectedSequence + entries.Count);
            entries.Add(entry);
        }

        return entries;
    }

    private static CatalogEntry ReadEntry(Statement row, string tenant)
    {
        var recordedMs = row.Int64(4);
        var entry = new CatalogEntry(
            tenant,
            row.Text(1),
            row.Text(2),
            row.Int64(3),
            PackedKey.Wide.Number(row.Int64(0)),
            row.Blob(6).ToArray(),
            default);
        var checksum = Checksums.OfDocument(entry, recordedMs);
        Integrity.Check("catalog", Place(entry), entry.Version, row.Int64(5), checksum);
        return entry with { RecordedAt = DateTimeOffset.FromUnixTimeMilliseconds(recordedMs) };
    }

    private static string Place(CatalogEntry entry) => $"document {entry.Tenant}/{entry.Kind}/{entry.Id}";
}
