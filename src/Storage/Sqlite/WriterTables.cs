using Microsoft.Data.Sqlite;

namespace Commission.Storage.Sqlite;

/// <summary>What the writer writes, and remembers of the file. Used on the writer's thread only.</summary>
internal sealed class WriterTables : IDisposable
{
    private readonly SqliteConnection _connection;

    public WriterTables(SqliteConnection connection, TimeProvider time, int maxCachedHeads)
    {
        _connection = connection;
        Tenants = new TenantIds(connection);
        Log = new DealLogWriter(connection, Tenants);
        Ledger = new LedgerWriter(connection, maxCachedHeads);
        States = new GrainStateWriter(connection);
        Catalog = new CatalogWriter(connection, Tenants, time);
    }

    public TenantIds Tenants { get; }

    public DealLogWriter Log { get; }

    public LedgerWriter Ledger { get; }

    public GrainStateWriter States { get; }

    public CatalogWriter Catalog { get; }

    /// <summary>After a rollback memory may be ahead of the file: ask the file again.</summary>
    public void Forget()
    {
        Tenants.Forget();
        Log.Forget();
        Ledger.Forget();
    }

    /// <returns>The limit now, which is never below the file's size.</returns>
    public long LimitPages(long pages)
    {
        using var limit = new Statement(_connection, FormattableString.Invariant($"PRAGMA max_page_count={pages}"));
        return limit.Step() ? limit.Int64(0) : throw new InvalidOperationException("SQLite names no page limit.");
    }

    public void Dispose()
    {
        Tenants.Dispose();
        Log.Dispose();
        Ledger.Dispose();
        States.Dispose();
        Catalog.Dispose();
    }
}

/// <summary>The small numbers that stand for tenants' names in keys.</summary>
internal sealed class TenantIds(SqliteConnection connection) : IDisposable
{
    private const int MaxCached = 4_096;
    private readonly Statement _find = new(connection, "SELECT id FROM tenants WHERE name = ?");
    private readonly Statement _add = new(connection, "INSERT INTO tenants(name) VALUES(?) RETURNING id");
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

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
    }

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
