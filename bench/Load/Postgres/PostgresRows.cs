using Commission.Load.Events;
using Npgsql;
using NpgsqlTypes;

namespace Commission.Load.Postgres;

/// <summary>
/// What a store on PostgreSQL can't be faster than: rows inserted in the order of their key into one table, many in a
/// transaction that is synced when it ends, as arrays of a prepared statement or by COPY.
/// </summary>
internal sealed class PostgresRows : IRowTable
{
    // Rows of some 1,500 events, about as many as a silo has under way; COPY gains from it, arrays hardly.
    private const int Batch = 10_000;

    // The key's column, and the length of the other.
    private const int Besides = sizeof(long) + 4;

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlConnection _connection;
    private readonly byte[] _payload;
    private long _last;

    private PostgresRows(NpgsqlDataSource source, NpgsqlConnection connection, int bytes)
    {
        (_source, _connection, _payload) = (source, connection, new byte[Math.Max(0, bytes - Besides)]);
        new Random(1).NextBytes(_payload);
    }

    /// <summary>An empty table in a database.</summary>
    /// <param name="address">The database's.</param>
    /// <param name="bytes">Of a row's columns.</param>
    public static async Task<PostgresRows> CreateAsync(string address, int bytes)
    {
        var source = NpgsqlDataSource.Create(address);
        await using var create = source.CreateCommand(
            "CREATE TABLE inserted(id bigint PRIMARY KEY, payload bytea NOT NULL)");
        await create.ExecuteNonQueryAsync();
        return new PostgresRows(source, await source.OpenConnectionAsync(), bytes);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<(string Way, double Rate)>> InsertAsync(int count)
    {
        var before = await CountAsync();
        var arrays = await InsertAsync(count, UnnestAsync);
        var copied = await InsertAsync(count, CopyAsync);
        var rows = await CountAsync() - before;
        return rows == 2L * count
            ? [("arrays", arrays), ("COPY", copied)]
            : throw new InvalidOperationException($"Of {2L * count} rows {rows} were inserted.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _source.DisposeAsync();
    }

    private async Task<double> InsertAsync(int count, Func<long[], Task> insert)
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var done = 0; done < count; done += Batch)
        {
            var ids = new long[Math.Min(Batch, count - done)];
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = ++_last;
            }

            await insert(ids);
        }

        return count / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private async Task UnnestAsync(long[] ids)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO inserted(id, payload) SELECT * FROM unnest($1, $2)", _connection);
        var payloads = new byte[ids.Length][];
        Array.Fill(payloads, _payload);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = ids });
        command.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = payloads });
        // The connection keeps what it has prepared: from the second time on this costs nothing.
        await command.PrepareAsync();
        await command.ExecuteNonQueryAsync();
    }

    private async Task CopyAsync(long[] ids)
    {
        await using var copy = await _connection.BeginBinaryImportAsync(
            "COPY inserted(id, payload) FROM STDIN (FORMAT BINARY)");
        foreach (var id in ids)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(id, NpgsqlDbType.Bigint);
            await copy.WriteAsync(_payload, NpgsqlDbType.Bytea);
        }

        await copy.CompleteAsync();
    }

    private async Task<long> CountAsync()
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM inserted", _connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
