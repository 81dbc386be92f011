using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;

namespace Commission.Storage.Sqlite;

/// <summary>
/// A few read-only connections. Reads that wait together are done one after another in one transaction: with each one
/// that follows a write, SQLite forgets what it has read of the file. All that was written before a read is asked for
/// is seen by it.
/// </summary>
internal sealed class ReaderPool(string path, int maxReaders) : IAsyncDisposable
{
    private const int MostTogether = 64;
    private readonly SemaphoreSlim _free = new(maxReaders, maxReaders);
    private readonly ConcurrentQueue<Waiting> _waiting = new();
    private readonly ConcurrentBag<PreparedConnection> _idle = [];
    private long _asked;
    private volatile bool _closed;

    /// <summary>Reads on another thread: a grain's turn must not wait for the disk.</summary>
    public Task<T> ReadAsync<T>(Func<PreparedConnection, T> read, CancellationToken ct)
    {
        var waiting = new Waiting<T>(read, ct) { Number = Interlocked.Increment(ref _asked) };
        _waiting.Enqueue(waiting);
        Serve();
        return waiting.Task;
    }

    /// <summary>Waits for the reads that are under way; those that wait are refused.</summary>
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

        // Calls that still come find the pool closed.
        _free.Release(maxReaders);
        while (_waiting.TryDequeue(out var late))
        {
            late.Fail(new ObjectDisposedException(nameof(SqliteStore)));
        }
    }

    /// <summary>Has a thread serve what waits, unless as many as may do so already.</summary>
    private void Serve()
    {
        if (_free.Wait(0, CancellationToken.None))
        {
            ThreadPool.UnsafeQueueUserWorkItem(static pool => pool.ServeSome(), this, preferLocal: false);
        }
    }

    /// <summary>Does some of what waits, and leaves the rest for after the other work of this thread.</summary>
    private void ServeSome()
    {
        PreparedConnection? reader = null;
        var last = 0L;
        for (var served = 0; served < MostTogether && _waiting.TryDequeue(out var next); served++)
        {
            Answer(next, ref reader, ref last);
        }

        if (End(reader, last))
        {
            _idle.Add(reader);
        }

        _free.Release();
        // Who asked since this found nothing, but before it left, has nobody else.
        if (!_waiting.IsEmpty)
        {
            Serve();
        }
    }

    /// <summary>Answers one read, or refuses it.</summary>
    /// <param name="next">The read.</param>
    /// <param name="reader">The connection; none before the first read, and after one that it failed at.</param>
    /// <param name="last">The number of the last read that the connection's transaction may do; 0: it has none.</param>
    private void Answer(Waiting next, ref PreparedConnection? reader, ref long last)
    {
        try
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
            reader ??= Lend();
            if (next.Number > last)
            {
                last = Begin(reader, last);
            }

            next.Answer(reader);
        }
        catch (Exception failure)
        {
            // On this thread nobody would catch it.
            next.Fail(failure is SqliteException e
                ? new StoreUnavailableException(
                    $"Reading {path} failed: {e.Message}", e, nothingWritten: true, canContinue: true)
                : failure);
            reader?.Dispose();
            (reader, last) = (null, 0);
        }
    }

    private PreparedConnection Lend() =>
        _idle.TryTake(out var reader) ? reader : new PreparedConnection(StoreFile.OpenReader(path));

    /// <returns>The number of the last read that was asked for before the transaction began.</returns>
    private long Begin(PreparedConnection reader, long last)
    {
        if (last > 0)
        {
            reader.Prepare("COMMIT").Run();
        }

        var asked = Interlocked.Read(ref _asked);
        reader.Prepare("BEGIN").Run();
        return asked;
    }

    /// <returns>Whether the connection may be lent again.</returns>
    private static bool End([NotNullWhen(true)] PreparedConnection? reader, long last)
    {
        try
        {
            if (last > 0)
            {
                reader?.Prepare("COMMIT").Run();
            }

            return reader is not null;
        }
        catch (SqliteException)
        {
            // All reads are done; only the connection is of no more use.
            reader?.Dispose();
            return false;
        }
    }

    private abstract class Waiting
    {
        /// <summary>Counts up as reads are asked for.</summary>
        public required long Number { get; init; }

        /// <summary>Reads, unless nobody waits for it any more.</summary>
        public abstract void Answer(PreparedConnection reader);

        public abstract void Fail(Exception reason);
    }

    private sealed class Waiting<T>(Func<PreparedConnection, T> read, CancellationToken ct) : Waiting
    {
        private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => _answer.Task;

        public override void Answer(PreparedConnection reader)
        {
            if (ct.IsCancellationRequested)
            {
                _answer.TrySetCanceled(ct);
                return;
            }

            try
            {
                _answer.TrySetResult(read(reader));
            }
            catch (Exception failure) when (failure is not SqliteException)
            {
                // What was read is wrong, and the connection is not.
                _answer.TrySetException(failure);
            }
            finally
            {
                reader.ResetAll();
            }
        }

        public override void Fail(Exception reason) => _answer.TrySetException(reason);
    }
}
