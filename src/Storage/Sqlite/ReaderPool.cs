using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Commission.Storage.Sqlite;

/// <summary>A few read-only connections, each lent to one read at a time.</summary>
internal sealed class ReaderPool(string path, int maxReaders) : IAsyncDisposable
{
    private readonly SemaphoreSlim _free = new(maxReaders, maxReaders);
    private readonly ConcurrentBag<PreparedConnection> _idle = [];
    private volatile bool _closed;

    /// <summary>Reads on another thread: a grain's turn must not wait for the disk.</summary>
    public async Task<T> ReadAsync<T>(Func<PreparedConnection, T> read, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
        await _free.WaitAsync(ct);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            return await Task.Run(() => Read(read), ct);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads that are under way.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (var i = 0; i < maxReaders; i++)
        {
            await _free.WaitAsync();
        }

        while (_idle.TryTake(out var reader))
        {
            reader.Dispose();
        }

        // Calls that still wait find the pool closed.
        _free.Release(maxReaders);
    }

    private T Read<T>(Func<PreparedConnection, T> read)
    {
        try
        {
            if (!_idle.TryTake(out var reader))
            {
                reader = new PreparedConnection(StoreFile.OpenReader(path));
            }

            try
            {
                return read(reader);
            }
            finally
            {
                reader.ResetAll();
                _idle.Add(reader);
            }
        }
        catch (SqliteException e)
        {
            throw new StoreUnavailableException(
                $"Reading {path} failed: {e.Message}", e, nothingWritten: true, canContinue: true);
        }
    }
}
