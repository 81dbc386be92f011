using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Commission.Storage.Sqlite;

/// <summary>
/// A prepared statement, bound and stepped through SQLite's own interface: on the path of every event the
/// parameter objects of ADO.NET cost several times what SQLite itself does. Used by one thread at a time.
/// </summary>
internal sealed class Statement : IDisposable
{
    private const uint PreparePersistent = 1;
    private readonly sqlite3 _db;
    private readonly sqlite3_stmt _statement;
    private int _parameter;

    public Statement(SqliteConnection connection, string sql)
    {
        _db = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        Check(raw.sqlite3_prepare_v3(_db, sql, PreparePersistent, out _statement));
    }

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>The column's bytes where SQLite has them: valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>Binds the next parameter, beginning with the first after each <see cref="Reset"/>.</summary>
    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_parameter, value));
        return this;
    }

    public Statement Bind(string value)
    {
        Span<byte> utf8 = stackalloc byte[StorageLimits.KeyBytesMax];
        var length = Encoding.UTF8.GetBytes(value, utf8);
        Check(raw.sqlite3_bind_text(_statement, ++_parameter, utf8[..length]));
        return this;
    }

    public Statement Bind(ReadOnlySpan<byte> value)
    {
        // An empty span has no address, which SQLite would take for NULL.
        Check(value.IsEmpty
            ? raw.sqlite3_bind_zeroblob(_statement, ++_parameter, 0)
            : raw.sqlite3_bind_blob(_statement, ++_parameter, value));
        return this;
    }

    public Statement BindNull()
    {
        Check(raw.sqlite3_bind_null(_statement, ++_parameter));
        return this;
    }

    /// <summary>Steps to the next row; false at the end.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_ROW or raw.SQLITE_DONE)
        {
            return code == raw.SQLITE_ROW;
        }

        var error = Error(code);
        Reset();
        throw error;
    }

    /// <summary>Runs a statement that returns no rows to its end, ready for the next use.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Runs a statement that changes rows and says how many.</summary>
    public int RunCounting()
    {
        Run();
        return raw.sqlite3_changes(_db);
    }

    /// <summary>Ends the execution: bindings start anew, and no snapshot is held.</summary>
    public void Reset()
    {
        _parameter = 0;
        _ = raw.sqlite3_reset(_statement); // repeats the step's error, which was thrown then
    }

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            throw Error(code);
        }
    }

    private SqliteException Error(int code) =>
        new(raw.sqlite3_errmsg(_db).utf8_to_string(), code & 0xff, raw.sqlite3_extended_errcode(_db));
}
