namespace Commission.Storage.Sqlite;

/// <summary>What the writer writes, and remembers of the file. Used on the writer's thread only.</summary>
internal sealed class WriterTables
{
    public WriterTables(PreparedConnection connection, TimeProvider time, int maxCachedHeads)
    {
        Connection = connection;
        Tenants = new TenantIds(connection);
        Log = new DealLogWriter(connection, Tenants);
        Ledger = new LedgerWriter(connection, maxCachedHeads);
        States = new GrainStateWriter(connection);
        Catalog = new CatalogWriter(connection, Tenants, time);
    }

    public PreparedConnection Connection { get; }

    public TenantIds Tenants { get; }

    public DealLogWriter Log { get; }

    public LedgerWriter Ledger { get; }

    public GrainStateWriter States { get; }

    public CatalogWriter Catalog { get; }

    /// <summary>
    /// After a rollback memory may be ahead of the file: ask the file again. Statements that were cut short start anew.
    /// </summary>
    public void Forget()
    {
        Connection.ResetAll();
        Tenants.Forget();
        Log.Forget();
        Ledger.Forget();
    }

    /// <returns>What SQLite answers to the pragma; empty for nothing.</returns>
    public string Pragma(string pragma)
    {
        using var statement = new Statement(Connection.Connection, $"PRAGMA {pragma}");
        return statement.Step() ? statement.Text(0) : "";
    }
}

/// <summary>The small numbers that stand for tenants' names in keys.</summary>
internal sealed class TenantIds(PreparedConnection connection)
{
    private const int MaxCached = 4_096;
    private readonly Statement _find = connection.Prepare("SELECT id FROM tenants WHERE name = ?");
    private readonly Statement _add = connection.Prepare("INSERT INTO tenants(name) VALUES(?) RETURNING id");
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);

    public long GetOrAdd(string tenant) => Find(tenant) ?? Remember(tenant, Query(_add, tenant)!.Value);

    public long? Find(string tenant)
    {
        if (_ids.TryGetValue(tenant, out var id))
        {
            return id;
        }

        return Query(_find, tenant) is { } found ? Remember(tenant, found) : null;
    }

    public void Forget() => _ids.Clear();

    private static long? Query(Statement statement, string tenant)
    {
        long? id = statement.Bind(tenant).Step() ? statement.Int64(0) : null;
        statement.Reset();
        return id;
    }

    private long Remember(string tenant, long id)
    {
        if (_ids.Count >= MaxCached)
        {
            _ids.Clear();
        }

        _ids.Add(tenant, id);
        return id;
    }
}
