using Commission.Storage.Upkeep;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>All of a database, as it was at one moment.</summary>
internal sealed class PostgresSnapshot : IStoreSnapshot
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

    private readonly PostgresMoment? _moment;
    private readonly CancellationToken _ct;
    private NpgsqlConnection _connection;

    /// <summary>What a transaction sees, its own changes among it; the connection stays the caller's.</summary>
    public PostgresSnapshot(NpgsqlConnection connection, CancellationToken ct) => (_connection, _ct) = (connection, ct);

    private PostgresSnapshot(PostgresMoment moment, CancellationToken ct)
        : this(moment.Open(), ct) => _moment = moment;

    /// <summary>Connects, and holds the moment that is seen.</summary>
    /// <exception cref="StoreFormatException">The database has no tables of ours, or of another version.</exception>
    public static async Task<PostgresSnapshot> OpenAsync(PostgresAddress address, CancellationToken ct)
    {
        var moment = await PostgresMoment.HoldAsync(address, ct);
        try
        {
            return new PostgresSnapshot(moment, ct);
        }
        catch
        {
            moment.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (_moment is not null)
        {
            _connection.Dispose();
            _moment.Dispose();
        }
    }

    /// <summary>A transaction's own changes end with it, so that there is nothing more to read.</summary>
    public bool IsDamage(Exception failure) => _moment is not null && failure is PostgresException
    {
        SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted,
    };

    public void GoOn()
    {
        _connection.Dispose();
        _connection = _moment!.Open();
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
    public IEnumerable<StoreProblem> BrokenPages(CancellationToken ct) => [];

    private IEnumerable<T> Rows<T>(string sql, Func<NpgsqlDataReader, T> read)
    {
#pragma warning disable CA2100 // constants of this class only
        using var command = new NpgsqlCommand(sql, _connection);
#pragma warning restore CA2100

        // The server may search long for a row; and a reader that is left reads all that it was to read.
        using var canceling = _ct.Register(command.Cancel);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            yield return read(row);
        }
    }
}
