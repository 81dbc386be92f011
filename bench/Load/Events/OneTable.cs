using Microsoft.Data.Sqlite;

namespace Commission.Load.Events;

/// <summary>
/// What a store on SQLite can't be faster than: rows inserted in their order into one table, by a prepared statement,
/// many in a transaction that is synced when it ends.
/// </summary>
internal sealed class OneTable : IRowTable
{
    private const int Batch = 1000;
    private readonly string _folder = Directory.CreateTempSubdirectory("commission-rows").FullName;
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly byte[] _row;

    /// <summary>An empty table.</summary>
    /// <param name="bytes">Of a row besides its key.</param>
    public OneTable(int bytes)
    {
        _row = new byte[bytes];
        new Random(1).NextBytes(_row);
        _connection = new SqliteConnection($"Data Source={Path.Combine(_folder, "rows.db")};Pooling=False");
        _connection.Open();
        Run("PRAGMA journal_mode = WAL");
        Run("PRAGMA synchronous = FULL");
        Run("CREATE TABLE rows(id INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT");
        _insert = _connection.CreateCommand();
        _insert.CommandText = "INSERT INTO rows(payload) VALUES($payload)";
        _insert.Parameters.AddWithValue("$payload", _row);
        _insert.Prepare();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<(string Way, double Rate)>> InsertAsync(int count) =>
        Task.FromResult<IReadOnlyList<(string Way, double Rate)>>([("prepared statement", Insert(count))]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _insert.Dispose();
        _connection.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private double Insert(int count)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var done = 0; done < count; done += Batch)
        {
            using var transaction = _connection.BeginTransaction();
            _insert.Transaction = transaction;
            for (var i = done; i < Math.Min(count, done + Batch); i++)
            {
                _insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return count / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private void Run(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // always one of the above
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteScalar();
    }
}
