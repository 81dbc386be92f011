using Microsoft.Data.Sqlite;

namespace Commission.Load.Events;

/// <summary>A SQLite file in a temporary folder.</summary>
internal sealed class SqliteLoadStore : ILoadStore
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commission-load").FullName;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Commission:Store:Folder"] = _folder,
    };

    /// <summary>Bytes of the store's pages: without its write-ahead log, which is used again and again.</summary>
    public async Task<long> SizeAsync()
    {
        var (pages, bytes) = await AskAsync(
            "SELECT page_count, page_size FROM pragma_page_count, pragma_page_size");
        return pages * bytes;
    }

    /// <summary>Rows of the log and of the accounts, and the bytes of what they hold.</summary>
    public Task<(long Rows, long Bytes)> ContentAsync() => AskAsync("""
        SELECT sum(rows), sum(bytes) FROM (
          SELECT count(*) AS rows, sum(length(payload)) AS bytes FROM deal_log
          UNION ALL SELECT count(*), sum(length(payload)) FROM ledger)
        """);

    /// <inheritdoc/>
    public Task<IRowTable> CreateTableAsync(int bytes) => Task.FromResult<IRowTable>(new OneTable(bytes));

    private async Task<(long First, long Second)> AskAsync(string sql)
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_folder, "commission.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
