using Commission.Load.Events;
using Npgsql;

namespace Commission.Load.Postgres;

/// <summary>A database of a measurement's own; dropped when it ends.</summary>
/// <param name="address">Keys and values.</param>
/// <param name="drop">Drops it.</param>
internal sealed class LoadDatabase(string address, Func<Task> drop) : ILoadStore
{
    /// <summary>Its connection string.</summary>
    public string Address => address;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["Commission:Store:Kind"] = "postgres",
        ["Commission:Store:ConnectionString"] = address,
    };

    /// <summary>Bytes of its files, without the server's write-ahead log.</summary>
    public async Task<long> SizeAsync()
    {
        await using var source = NpgsqlDataSource.Create(address + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT pg_database_size(current_database())");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>
    /// Rows of the log, of the events' ids and of the accounts, and the bytes of their columns: without the 24 of each
    /// row's header, which pg_column_size counts.
    /// </summary>
    public async Task<(long Rows, long Bytes)> ContentAsync()
    {
        await using var source = NpgsqlDataSource.Create(address + ";Pooling=false");
        await using var command = source.CreateCommand("""
            SELECT count(*), (coalesce(sum(size), 0) - 24 * count(*))::bigint FROM (
              SELECT pg_column_size(log) AS size FROM commission.deal_log log
              UNION ALL SELECT pg_column_size(ids) FROM commission.event_ids ids
              UNION ALL SELECT pg_column_size(ledger) FROM commission.ledger ledger) AS rows
            """);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <inheritdoc/>
    public async Task<IRowTable> CreateTableAsync(int bytes) => await PostgresRows.CreateAsync(address, bytes);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await drop();
}
