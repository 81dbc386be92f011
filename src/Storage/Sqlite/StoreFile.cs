using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Commission.Storage.Sqlite;

/// <summary>Opens connections to the file, brings it to the current format, and keeps a second writer out.</summary>
internal static class StoreFile
{
    // Why these settings:
    // - WAL, so that readers and the writer do not wait for one another; synchronous=FULL, because with NORMAL
    //   a commit that was acknowledged can be rolled back by a power loss.
    // - wal_autocheckpoint=0: the writer checkpoints itself, because SQLite ignores the errors of its own automatic
    //   ones, and a failed sync must stop us.
    // - mmap_size=0: a read error on mapped memory would kill the process, here it is an error code.
    // - journal_size_limit: after a burst the write-ahead log gives its space back.
    // - cache_size (KiB, negative): room for the B-trees' upper levels and the pages of one batch. Not more: a commit
    //   that has split a page looks through all that is cached.
    // - busy_timeout: a tool that copies the file may hold a lock for a moment.
    // - cell_size_check and trusted_schema=OFF: a damaged or foreign file shows early and runs no code.
    // - temp_store: sorting never needs a disk. foreign_keys stays off: there are none, every write goes through us.
    private const string Common = """
        PRAGMA busy_timeout=5000;
        PRAGMA mmap_size=0;
        PRAGMA trusted_schema=OFF;
        PRAGMA cell_size_check=ON;
        PRAGMA temp_store=MEMORY;
        """;

    private const string Writing = """
        PRAGMA journal_mode=WAL;
        PRAGMA synchronous=FULL;
        PRAGMA wal_autocheckpoint=0;
        PRAGMA journal_size_limit=67108864;
        PRAGMA cache_size=-16384;
        """;

    private const string Reading = """
        PRAGMA query_only=ON;
        PRAGMA cache_size=-8192;
        """;

    // SQLITE_DBCONFIG_ENABLE_QPSG, the "query planner stability guarantee": without it a statement is compiled anew
    // whenever the parameter of its LIMIT is bound, for a plan that is the same each time.
    private const int StablePlans = 1007;
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;
    private const int WindowsSharingViolation = unchecked((int)0x80070020);

    /// <summary>Keeps a second writer out, in this process or another; a reader of the file is not hindered.</summary>
    /// <exception cref="StoreInUseException">Somebody else holds it.</exception>
    public static FileStream Lock(string path)
    {
        try
        {
            // The lock file stays when the store is closed: removing it could remove the next writer's.
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult is LinuxWouldBlock or MacWouldBlock or WindowsSharingViolation)
        {
            throw new StoreInUseException(path, e);
        }
    }

    public static SqliteConnection OpenWriter(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Execute(connection, Common);
            RefuseForeignFile(connection, path);
            Execute(connection, Writing);
            RequireWal(connection, path);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path, SqliteOpenMode.ReadOnly);
        Execute(connection, Common + Reading);
        return connection;
    }

    /// <summary>Opens a file for a look at all of it, and begins the transaction that is its snapshot.</summary>
    /// <exception cref="StoreFormatException">It is not ours, or of another format.</exception>
    public static SqliteConnection OpenSnapshot(string path)
    {
        var connection = OpenReader(path);
        try
        {
            RefuseForeignFile(connection, path);
            Execute(connection, "BEGIN");
            var found = Scalar(connection, "SELECT ifnull(max(version), 0) FROM schema_migrations");
            return found == Schema.Migrations[^1].Version
                ? connection
                : throw new StoreFormatException(
                    $"The store {path} has format {found}, and this software reads {Schema.Migrations[^1].Version}.");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Applies the migrations that the file lacks, all or none.</summary>
    /// <returns>The version that the file had; 0 for a new one.</returns>
    public static long Migrate(
        SqliteConnection connection, string path, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        var latest = migrations[^1].Version;
        if (IsOf(connection, latest))
        {
            // Nothing is written: so that a store on a full disk can be opened, and read.
            return latest;
        }

        using var transaction = connection.BeginTransaction(deferred: false);
        Execute(connection, Schema.VersionTable);
        var found = Scalar(connection, "SELECT ifnull(max(version), 0) FROM schema_migrations");
        if (found > latest)
        {
            throw new StoreFormatException(
                $"The store {path} has format {found}, written by a newer version of this software; " +
                $"this one knows formats up to {latest}.");
        }

        foreach (var migration in migrations.Where(m => m.Version > found))
        {
            Execute(connection, migration.Sql);
            using var insert = new Statement(connection, "INSERT INTO schema_migrations VALUES(?, ?, ?)");
            insert.Bind(migration.Version).Bind(migration.Name).Bind(time.GetUtcNow().ToUnixTimeMilliseconds()).Run();
        }

        Execute(connection, $"PRAGMA application_id={Schema.ApplicationId}");
        transaction.Commit();
        return found;
    }

    private static bool IsOf(SqliteConnection connection, long version) =>
        Scalar(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_migrations'") > 0
        && Scalar(connection, "SELECT ifnull(max(version), 0) FROM schema_migrations") == version;

    private static void RefuseForeignFile(SqliteConnection connection, string path)
    {
        var known = Scalar(connection, "PRAGMA application_id") == Schema.ApplicationId;
        if (!known && Scalar(connection, "SELECT count(*) FROM sqlite_schema") > 0)
        {
            throw new StoreFormatException($"The file {path} is a database of another application.");
        }
    }

    private static void RequireWal(SqliteConnection connection, string path)
    {
        using var statement = new Statement(connection, "PRAGMA journal_mode");
        if (!statement.Step() || statement.Text(0) != "wal")
        {
            throw new StoreFormatException($"The file system of {path} does not support a write-ahead log.");
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        // Unpooled: closing a connection must close the file.
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(settings.ConnectionString);
        connection.Open();
        _ = raw.sqlite3_db_config(connection.Handle, StablePlans, 1, out _); // an older library does without
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this assembly only
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var statement = new Statement(connection, sql);
        return statement.Step()
            ? statement.Int64(0)
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"No row: {sql}"));
    }
}
