using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>Connections that only read. Whoever finds none free waits.</summary>
internal sealed class PostgresReaders(NpgsqlDataSource source, string place, int maxReaders) : IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(maxReaders);
    private bool _closed;

    /// <summary>Runs one query: one statement, so one snapshot.</summary>
    /// <param name="query">The statement, its parameters bound.</param>
    /// <param name="read">Reads its rows.</param>
    /// <param name="ct">Abandons the call at any time.</param>
    public async Task<T> ReadAsync<T>(
        Func<NpgsqlCommand> query, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await _free.WaitAsync(ct);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(PostgresStore));
            return await ReadTwiceAsync(query, read, ct);
        }
        catch (Exception e) when (Failures.IsOfStore(e))
        {
            throw Failures.Unavailable($"Reading from the {place} failed", e, nothingWritten: true);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Refuses further calls, waits for those under way, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < maxReaders; i++)
        {
            await _free.WaitAsync();
        }

        await source.DisposeAsync();
        _free.Release(maxReaders); // whoever waited learns that it is closed
    }

    /// <summary>A connection of the pool may have been lost since it was last used: then on a new one.</summary>
    private async Task<T> ReadTwiceAsync<T>(
        Func<NpgsqlCommand> query, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken ct)
    {
        var opened = false;
        try
        {
            await using var connection = await source.OpenConnectionAsync(ct);
            opened = true;
            return await ReadAsync(connection, query, read, ct);
        }
        catch (Exception e) when (opened && Failures.IsOfStore(e) && !Failures.IsRefusal(e))
        {
            source.Clear();
        }

        await using var another = await source.OpenConnectionAsync(ct);
        return await ReadAsync(another, query, read, ct);
    }

    private static async Task<T> ReadAsync<T>(
        NpgsqlConnection connection,
        Func<NpgsqlCommand> query,
        Func<NpgsqlDataReader, CancellationToken, Task<T>> read,
        CancellationToken ct)
    {
        await using var command = query();
        command.Connection = connection;
        await using var rows = await command.ExecuteReaderAsync(ct);
        return await read(rows, ct);
    }
}
