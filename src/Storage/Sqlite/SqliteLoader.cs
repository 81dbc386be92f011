using Commission.Storage.Upkeep;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Commission.Storage.Sqlite;

/// <summary>Fills an empty file in one transaction.</summary>
internal sealed class SqliteLoader : IStoreLoader
{
    private static readonly string[] Tables =
        ["deal_log", "event_ids", "ledger", "accounts", "grain_state", "catalog", "catalog_latest"];

    private const string Latest = """
        INSERT INTO catalog_latest SELECT tenant, kind, id, position
        FROM (SELECT tenant, kind, id, position, max(version) FROM catalog GROUP BY tenant, kind, id)
        """;

    private readonly FileStream _lock;
    private readonly PreparedConnection _connection;
    private readonly TenantIds _tenants;
    private readonly Statement _event;
    private readonly Statement _eventId;
    private readonly Statement _account;
    private readonly Statement _entry;
    private readonly Statement _state;
    private readonly Statement _document;
    private string? _lastAccount;
    private long _lastAccountId;

    private SqliteLoader(PreparedConnection connection, FileStream fileLock)
    {
        _lock = fileLock;
        _connection = connection;
        _tenants = new TenantIds(connection);
        _event = connection.Prepare("INSERT INTO deal_log VALUES(?, ?, ?, ?, ?, ?)");
        _eventId = connection.Prepare("INSERT INTO event_ids VALUES(?, ?, ?, ?)");
        _account = connection.Prepare("INSERT INTO accounts VALUES(?, ?)");
        _entry = connection.Prepare("INSERT INTO ledger(position, checksum, payload) VALUES(?, ?, ?)");
        _state = connection.Prepare("INSERT INTO grain_state VALUES(?, ?, ?, ?, ?)");
        _document = connection.Prepare("INSERT INTO catalog VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    }

    public IStoreSnapshot Loaded => new SqliteSnapshot(_connection.Connection);

    /// <summary>Opens or makes the file, and begins.</summary>
    /// <exception cref="StoreInUseException">A silo has it open.</exception>
    /// <exception cref="StoreNotEmptyException">It has something in it.</exception>
    public static SqliteLoader Begin(string path)
    {
        var fileLock = StoreFile.Lock(path);
        try
        {
            var connection = new PreparedConnection(StoreFile.OpenWriter(path));
            try
            {
                StoreFile.Migrate(connection.Connection, path, Schema.Migrations, TimeProvider.System);
                connection.Prepare("BEGIN IMMEDIATE").Run();
                RequireEmpty(connection, path);
                return new SqliteLoader(connection, fileLock);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    public bool IsRefusal(Exception failure) =>
        failure is InvalidOperationException or SqliteException { SqliteErrorCode: raw.SQLITE_CONSTRAINT };

    public void Add(StoredEvent record)
    {
        var tenant = _tenants.GetOrAdd(record.Tenant);
        var position = PackedKey.Wide.Pack(record.Shard, record.Number);
        _eventId.Bind(tenant).Bind(record.EventId).Bind(position).Bind(record.ContentHash).Run();
        _event.Bind(position).Bind(tenant).Bind(record.EventId).Bind(record.RecordedMs)
            .Bind(record.Checksum).Bind(record.Payload).Run();
    }

    public void Add(StoredEntry record)
    {
        if (record.Account != _lastAccount)
        {
            _account.Bind(record.Account).Bind(++_lastAccountId).Run();
            _lastAccount = record.Account;
        }

        var position = PackedKey.Narrow.Pack(_lastAccountId, record.Sequence);
        _entry.Bind(position).Bind(record.Checksum).Bind(record.Payload).Run();
    }

    public void Add(StoredState record)
    {
        _state.Bind(record.Name).Bind(record.Key).Bind(record.Version).Bind(record.Checksum);
        (record.State is null ? _state.BindNull() : _state.Bind(record.State)).Run();
    }

    public void Add(StoredDocument record)
    {
        var tenant = _tenants.GetOrAdd(record.Tenant);
        var position = PackedKey.Wide.Pack(tenant, record.Sequence);
        _document.Bind(position).Bind(tenant).Bind(record.Kind).Bind(record.Id).Bind(record.Version)
            .Bind(record.RecordedMs).Bind(record.Checksum).Bind(record.Document).Run();
    }

    public void Complete() => _connection.Prepare(Latest).Run();

    public void Commit()
    {
        _connection.Prepare("COMMIT").Run();
        _connection.Prepare("PRAGMA wal_checkpoint(TRUNCATE)").Run();
    }

    /// <summary>Closing the connection undoes what was not committed.</summary>
    public void Dispose()
    {
        _connection.Dispose();
        _lock.Dispose();
    }

    private static void RequireEmpty(PreparedConnection connection, string path)
    {
        foreach (var table in Tables)
        {
            var row = connection.Prepare($"SELECT 1 FROM {table} LIMIT 1");
            var isEmpty = !row.Step();
            row.Reset();
            if (!isEmpty)
            {
                throw new StoreNotEmptyException($"store {path}", table);
            }
        }
    }
}
