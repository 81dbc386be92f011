using Commission.Storage.Upkeep;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>All of a database, on a connection that is in a transaction of one snapshot.</summary>
internal sealed class PostgresSnapshot(NpgsqlConnection connection, Action close) : IStoreSnapshot
{
    private const string AllEvents = """
        SELECT l.shard, l.number, l.tenant, l.event_id, l.recorded_ms, l.checksum, l.payload,
          e.shard, e.number, e.content_hash
        FROM commission.deal_log l
        LEFT JOIN commission.event_ids e ON e.tenant = l.tenant AND e.event_id = l.event_id
        ORDER BY l.shard, l.number
        """;

    private const string OtherEventIds = """
        SELECT e.tenant, e.event_id, e.shard, e.number, l.number IS NULL FROM commission.event_ids e
        LEFT JOIN commission.deal_log l ON l.shard = e.shard AND l.number = e.number
        WHERE l.number IS NULL OR l.tenant <> e.tenant OR l.event_id <> e.event_id
        """;

    private const string AllEntries =
        "SELECT account, sequence, checksum, payload FROM commission.ledger ORDER BY account, sequence";

    private const string AllStates =
        "SELECT name, key, version, checksum, state FROM commission.grain_state ORDER BY name, key";

    private const string AllDocuments = """
        SELECT tenant, sequence, kind, id, version, recorded_ms, checksum, document
        FROM commission.catalog ORDER BY tenant, sequence
        """;

    private const string AllVersions = """
        SELECT c.tenant, c.kind, c.id, c.version, c.sequence, l.sequence FROM commission.catalog c
        LEFT JOIN commission.catalog_latest l ON l.tenant = c.tenant AND l.kind = c.kind AND l.id = c.id
        ORDER BY c.tenant, c.kind, c.id, c.version
        """;

    private const string LatestOfNone = """
        SELECT l.tenant, l.kind, l.id FROM commission.catalog_latest l WHERE NOT EXISTS (
          SELECT 1 FROM commission.catalog c WHERE c.tenant = l.tenant AND c.kind = l.kind AND c.id = l.id)
        """;

    /// <summary>Connects, and begins the transaction.</summary>
    /// <exception cref="StoreFormatException">The database has no tables of ours, or of another version.</exception>
    public static async Task<PostgresSnapshot> OpenAsync(PostgresAddress address, CancellationToken ct)
    {
        var source = address.ScanSource();
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(ct);
            await PostgresSchema.CheckAsync(connection, address.Description, ct);
            await using var begin = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", connection);
            await begin.ExecuteNonQueryAsync(ct);
            return new PostgresSnapshot(connection, source.Dispose);
        }
        catch
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            await source.DisposeAsync();
            throw;
        }
    }

    public void Dispose()
    {
        connection.Dispose();
        close();
    }

    /// <summary>After an error the transaction goes on from before the query; its snapshot stays.</summary>
    public bool IsDamage(Exception failure)
    {
        var isDamage = failure is PostgresException
        {
            SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted,
        };
        if (isDamage)
        {
            Execute("ROLLBACK TO SAVEPOINT table_scan");
        }

        return isDamage;
    }

    public IEnumerable<LoggedEvent> Events() => Rows(AllEvents, row =>
    {
        var record = new StoredEvent(
            row.GetInt32(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt64(4),
            row.IsDBNull(9) ? [] : row.GetFieldValue<byte[]>(9), row.GetInt32(5), row.GetFieldValue<byte[]>(6));
        return new LoggedEvent(record, row.IsDBNull(7) ? null : new(row.GetInt32(7), row.GetInt64(8)));
    });

    public IEnumerable<StoreProblem> StrayEventIds() => Rows(OtherEventIds, row => Strays.OfEventId(
        row.GetString(0), row.GetString(1), new(row.GetInt32(2), row.GetInt64(3)), isMissing: row.GetBoolean(4)));

    public IEnumerable<StoredEntry> Entries() => Rows(AllEntries, row => new StoredEntry(
        row.GetString(0), row.GetInt64(1), row.GetInt32(2), row.GetFieldValue<byte[]>(3)));

    public IEnumerable<StoredState> States() => Rows(AllStates, row => new StoredState(
        row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetInt32(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4)));

    public IEnumerable<StoredDocument> Documents() => Rows(AllDocuments, row => new StoredDocument(
        row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5),
        row.GetInt32(6), row.GetFieldValue<byte[]>(7)));

    public IEnumerable<DocumentVersion> Versions() => Rows(AllVersions, row => new DocumentVersion(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt64(4),
        row.IsDBNull(5) ? null : row.GetInt64(5)));

    public IEnumerable<StoreProblem> StrayRows() =>
        Rows(LatestOfNone, row => Strays.OfLatest(row.GetString(0), row.GetString(1), row.GetString(2)));

    /// <summary>The server checks its pages as they are read, and fails the query.</summary>
    public IEnumerable<StoreProblem> BrokenPages() => [];

    private IEnumerable<T> Rows<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
        Execute("SAVEPOINT table_scan");
#pragma warning disable CA2100 // constants of this class only
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return read(row);
        }
    }

    private void Execute(string sql)
    {
#pragma warning disable CA2100 // constants of this class only
        using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
