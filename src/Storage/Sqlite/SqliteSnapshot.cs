using Commission.Storage.Upkeep;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Commission.Storage.Sqlite;

/// <summary>All of a file, on a connection that is in a transaction.</summary>
internal sealed class SqliteSnapshot(SqliteConnection connection) : IStoreSnapshot
{
    private const string AllEvents = """
        SELECT l.position, t.name, l.event_id, l.recorded_ms, l.checksum, l.payload, e.position, e.content_hash
        FROM deal_log l LEFT JOIN tenants t ON t.id = l.tenant
        LEFT JOIN event_ids e ON e.tenant = l.tenant AND e.event_id = l.event_id
        ORDER BY l.position
        """;

    private const string OtherEventIds = """
        SELECT t.name, e.event_id, e.position, l.position IS NULL FROM event_ids e
        LEFT JOIN tenants t ON t.id = e.tenant LEFT JOIN deal_log l ON l.position = e.position
        WHERE l.position IS NULL OR l.tenant <> e.tenant OR l.event_id <> e.event_id
        """;

    private const string Accounts = "SELECT id, name FROM accounts ORDER BY name";

    private const string OfAccount = """
        SELECT position, checksum, payload FROM ledger WHERE position >= ? AND position <= ? ORDER BY position
        """;

    private const string AllStates = "SELECT name, key, version, checksum, state FROM grain_state ORDER BY name, key";

    private const string Tenants = "SELECT id, name FROM tenants ORDER BY name";

    private const string OfTenant = """
        SELECT (SELECT name FROM tenants WHERE id = c.tenant),
          c.position, c.kind, c.id, c.version, c.recorded_ms, c.checksum, c.document
        FROM catalog c WHERE c.position >= ? AND c.position <= ? ORDER BY c.position
        """;

    private const string AllVersions = """
        SELECT t.name, c.kind, c.id, c.version, c.position, l.position FROM catalog c
        LEFT JOIN tenants t ON t.id = c.tenant
        LEFT JOIN catalog_latest l ON l.tenant = c.tenant AND l.kind = c.kind AND l.id = c.id
        ORDER BY c.tenant, c.kind, c.id, c.version
        """;

    public void Dispose() => connection.Dispose();

    public bool IsDamage(Exception failure) =>
        failure is SqliteException { SqliteErrorCode: raw.SQLITE_CORRUPT };

    public void GoOn()
    {
        // A statement that failed leaves its transaction as it was.
    }

    public IEnumerable<LoggedEvent> Events()
    {
        var keys = PackedKey.Wide;
        using var row = new Statement(connection, AllEvents);
        while (row.Step())
        {
            var position = row.Int64(0);
            var record = new StoredEvent(
                (int)keys.Owner(position), keys.Number(position), Name(row, 1), row.Text(2), row.Int64(3),
                row.Blob(7).ToArray(), row.Int64(4), row.Blob(5).ToArray());
            yield return new(record, row.IsNull(6) ? null : LogPositionOf(row.Int64(6)));
        }
    }

    public IEnumerable<StoreProblem> StrayEventIds()
    {
        using var row = new Statement(connection, OtherEventIds);
        while (row.Step())
        {
            var place = LogPositionOf(row.Int64(2));
            yield return Strays.OfEventId(Name(row, 0), row.Text(1), place, isMissing: row.Int64(3) != 0);
        }
    }

    public IEnumerable<StoredEntry> Entries()
    {
        var keys = PackedKey.Narrow;
        using var account = new Statement(connection, Accounts);
        using var row = new Statement(connection, OfAccount);
        while (account.Step())
        {
            var (id, name) = (account.Int64(0), account.Text(1));
            row.Bind(id << keys.NumberBits).Bind((id << keys.NumberBits) | keys.NumberMax);
            while (row.Step())
            {
                var sequence = keys.Number(row.Int64(0));
                yield return new(name, sequence, row.Int64(1), row.Blob(2).ToArray());
            }

            row.Reset();
        }
    }

    public IEnumerable<StoredState> States()
    {
        using var row = new Statement(connection, AllStates);
        while (row.Step())
        {
            var state = row.IsNull(4) ? null : row.Blob(4).ToArray();
            yield return new(row.Text(0), row.Text(1), row.Int64(2), row.Int64(3), state);
        }
    }

    public IEnumerable<StoredDocument> Documents()
    {
        var keys = PackedKey.Wide;
        using var tenant = new Statement(connection, Tenants);
        using var row = new Statement(connection, OfTenant);
        while (tenant.Step())
        {
            var id = tenant.Int64(0);
            row.Bind(id << keys.NumberBits).Bind((id << keys.NumberBits) | keys.NumberMax);
            while (row.Step())
            {
                yield return new(
                    Name(row, 0), keys.Number(row.Int64(1)), row.Text(2), row.Text(3), row.Int64(4), row.Int64(5),
                    row.Int64(6), row.Blob(7).ToArray());
            }

            row.Reset();
        }
    }

    public IEnumerable<DocumentVersion> Versions()
    {
        var keys = PackedKey.Wide;
        using var row = new Statement(connection, AllVersions);
        while (row.Step())
        {
            long? latest = row.IsNull(5) ? null : keys.Number(row.Int64(5));
            yield return new(
                Name(row, 0), row.Text(1), row.Text(2), row.Int64(3), keys.Number(row.Int64(4)), latest);
        }
    }

    public IEnumerable<StoreProblem> StrayRows() => SqliteStrays.Of(connection);

    public IEnumerable<StoreProblem> BrokenPages(CancellationToken ct)
    {
        using var stopping = new Interruption(connection, ct);
        using var row = new Statement(connection, "PRAGMA integrity_check(100)");
        while (stopping.Step(row))
        {
            if (row.Text(0) != "ok")
            {
                yield return new("database", "", 0, row.Text(0));
            }
        }
    }

    private static string Name(Statement row, int column) => row.IsNull(column) ? "" : row.Text(column);

    private static LogPosition LogPositionOf(long position) =>
        new((int)PackedKey.Wide.Owner(position), PackedKey.Wide.Number(position));
}
