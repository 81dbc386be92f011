using Commission.Storage.Upkeep;
using Npgsql;
using NpgsqlTypes;

namespace Commission.Storage.Postgres;

/// <summary>Fills an empty database in one transaction. Other writers wait for its end.</summary>
internal sealed class PostgresLoader : IStoreLoader
{
    private const long BytesPerCopy = 8 << 20;

    private const string Lock = """
        LOCK TABLE commission.deal_log, commission.event_ids, commission.ledger, commission.grain_state,
          commission.catalog, commission.catalog_latest IN SHARE ROW EXCLUSIVE MODE
        """;

    private const string FirstNotEmpty = """
        SELECT CASE
          WHEN EXISTS (SELECT 1 FROM commission.deal_log) THEN 'deal_log'
          WHEN EXISTS (SELECT 1 FROM commission.event_ids) THEN 'event_ids'
          WHEN EXISTS (SELECT 1 FROM commission.ledger) THEN 'ledger'
          WHEN EXISTS (SELECT 1 FROM commission.grain_state) THEN 'grain_state'
          WHEN EXISTS (SELECT 1 FROM commission.catalog) THEN 'catalog'
          WHEN EXISTS (SELECT 1 FROM commission.catalog_latest) THEN 'catalog_latest' END
        """;

    private const string Latest = """
        INSERT INTO commission.catalog_latest(tenant, kind, id, version, sequence)
        SELECT DISTINCT ON (tenant, kind, id) tenant, kind, id, version, sequence
        FROM commission.catalog ORDER BY tenant, kind, id, version DESC
        """;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly CancellationToken _ct;
    private readonly Copy<StoredEvent> _eventIds;
    private readonly Copy<StoredEvent> _events;
    private readonly Copy<StoredEntry> _entries;
    private readonly Copy<StoredState> _states;
    private readonly Copy<StoredDocument> _documents;

    private PostgresLoader(NpgsqlDataSource source, NpgsqlConnection connection, CancellationToken ct)
    {
        _source = source;
        _connection = connection;
        _ct = ct;
        _eventIds = new(connection, "event_ids(tenant, event_id, shard, number, content_hash)", WriteEventId);
        _events = new(
            connection, "deal_log(shard, number, tenant, event_id, recorded_ms, checksum, payload)", WriteEvent);
        _entries = new(connection, "ledger(account, sequence, checksum, payload)", WriteEntry);
        _states = new(connection, "grain_state(name, key, version, checksum, state)", WriteState);
        _documents = new(
            connection, "catalog(tenant, sequence, kind, id, version, recorded_ms, checksum, document)", WriteDocument);
    }

    public IStoreSnapshot Loaded => new PostgresSnapshot(_connection, _ct);

    /// <summary>Connects, and begins.</summary>
    /// <exception cref="StoreFormatException">The database has no tables of ours, or of another version.</exception>
    /// <exception cref="StoreNotEmptyException">It has something in it.</exception>
    public static async Task<PostgresLoader> BeginAsync(PostgresAddress address, CancellationToken ct)
    {
        var source = address.LoadSource();
        NpgsqlConnection? connection = null;
        try
        {
            connection = await source.OpenConnectionAsync(ct);
            await PostgresSchema.CheckAsync(connection, address.Description, ct);
            await using var begin = new NpgsqlCommand("BEGIN; " + Lock, connection);
            await begin.ExecuteNonQueryAsync(ct);
            await using var look = new NpgsqlCommand(FirstNotEmpty, connection);
            return await look.ExecuteScalarAsync(ct) is string table
                ? throw new StoreNotEmptyException(address.Description, table)
                : new PostgresLoader(source, connection, ct);
        }
        catch
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            await source.DisposeAsync();
            throw;
        }
    }

    public bool IsRefusal(Exception failure) => failure is OverflowException or PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.CheckViolation,
    };

    public void Add(StoredEvent record)
    {
        _eventIds.Add(record, record.ContentHash.Length);
        _events.Add(record, record.Payload.Length);
    }

    public void Add(StoredEntry record) => _entries.Add(record, record.Payload.Length);

    public void Add(StoredState record) => _states.Add(record, record.State?.Length ?? 0);

    public void Add(StoredDocument record) => _documents.Add(record, record.Document.Length);

    public void Complete()
    {
        _eventIds.Flush();
        _events.Flush();
        _entries.Flush();
        _states.Flush();
        _documents.Flush();
        using var latest = new NpgsqlCommand(Latest, _connection);
        latest.ExecuteNonQuery();
    }

    public void Commit()
    {
        using var commit = new NpgsqlCommand("COMMIT", _connection);
        commit.ExecuteNonQuery();
    }

    /// <summary>The server undoes what was not committed.</summary>
    public void Dispose()
    {
        _connection.Dispose();
        _source.Dispose();
    }

    private static void WriteEventId(NpgsqlBinaryImporter row, StoredEvent record)
    {
        row.Write(record.Tenant, NpgsqlDbType.Text);
        row.Write(record.EventId, NpgsqlDbType.Text);
        row.Write(record.Shard, NpgsqlDbType.Integer);
        row.Write(record.Number, NpgsqlDbType.Bigint);
        row.Write(record.ContentHash, NpgsqlDbType.Bytea);
    }

    private static void WriteEvent(NpgsqlBinaryImporter row, StoredEvent record)
    {
        row.Write(record.Shard, NpgsqlDbType.Integer);
        row.Write(record.Number, NpgsqlDbType.Bigint);
        row.Write(record.Tenant, NpgsqlDbType.Text);
        row.Write(record.EventId, NpgsqlDbType.Text);
        row.Write(record.RecordedMs, NpgsqlDbType.Bigint);
        row.Write((int)record.Checksum, NpgsqlDbType.Integer);
        row.Write(record.Payload, NpgsqlDbType.Bytea);
    }

    private static void WriteEntry(NpgsqlBinaryImporter row, StoredEntry record)
    {
        row.Write(record.Account, NpgsqlDbType.Text);
        row.Write(record.Sequence, NpgsqlDbType.Bigint);
        row.Write((int)record.Checksum, NpgsqlDbType.Integer);
        row.Write(record.Payload, NpgsqlDbType.Bytea);
    }

    private static void WriteState(NpgsqlBinaryImporter row, StoredState record)
    {
        row.Write(record.Name, NpgsqlDbType.Text);
        row.Write(record.Key, NpgsqlDbType.Text);
        row.Write(record.Version, NpgsqlDbType.Bigint);
        row.Write((int)record.Checksum, NpgsqlDbType.Integer);
        if (record.State is null)
        {
            row.WriteNull();
        }
        else
        {
            row.Write(record.State, NpgsqlDbType.Bytea);
        }
    }

    private static void WriteDocument(NpgsqlBinaryImporter row, StoredDocument record)
    {
        row.Write(record.Tenant, NpgsqlDbType.Text);
        row.Write(record.Sequence, NpgsqlDbType.Bigint);
        row.Write(record.Kind, NpgsqlDbType.Text);
        row.Write(record.Id, NpgsqlDbType.Text);
        row.Write(record.Version, NpgsqlDbType.Bigint);
        row.Write(record.RecordedMs, NpgsqlDbType.Bigint);
        row.Write((int)record.Checksum, NpgsqlDbType.Integer);
        row.Write(record.Document, NpgsqlDbType.Bytea);
    }

    /// <summary>Rows of one table, sent some megabytes at a time: a connection copies into one table at once.</summary>
    private sealed class Copy<T>(NpgsqlConnection connection, string columns, Action<NpgsqlBinaryImporter, T> write)
    {
        private readonly List<T> _rows = [];
        private long _bytes;

        public void Add(T row, int bytes)
        {
            _rows.Add(row);
            _bytes += bytes + 256;
            if (_bytes >= BytesPerCopy)
            {
                Flush();
            }
        }

        public void Flush()
        {
            using var copy = connection.BeginBinaryImport($"COPY commission.{columns} FROM STDIN (FORMAT BINARY)");
            foreach (var row in _rows)
            {
                copy.StartRow();
                write(copy, row);
            }

            copy.Complete();
            _rows.Clear();
            _bytes = 0;
        }
    }
}
