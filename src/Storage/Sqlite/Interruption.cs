using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Commission.Storage.Sqlite;

/// <summary>Lets a token end statements that work long between two rows. Only one at a time for a connection.</summary>
internal sealed class Interruption : IDisposable
{
    // Of SQLite's virtual machine, or pages of a check: some milliseconds.
    private const int Instructions = 1000;
    private readonly sqlite3 _db;
    private readonly CancellationToken _ct;

    /// <summary>Begins: from now on SQLite asks the token.</summary>
    public Interruption(SqliteConnection connection, CancellationToken ct)
    {
        _db = connection.Handle ?? throw new InvalidOperationException("The connection is closed.");
        _ct = ct;
        raw.sqlite3_progress_handler(_db, Instructions, _ => ct.IsCancellationRequested ? 1 : 0, null);
    }

    /// <summary>Steps to the next row; false at the end.</summary>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    public bool Step(Statement statement)
    {
        try
        {
            return statement.Step();
        }
        catch (SqliteException ended) when (ended.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            throw new OperationCanceledException(ended.Message, ended, _ct);
        }
    }

    /// <summary>Ends: SQLite asks nobody any more.</summary>
    public void Dispose() => raw.sqlite3_progress_handler(_db, 0, null, null);
}
