using Commission.Storage.Telemetry;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Commission.Storage.Sqlite;

/// <summary>
/// The one thread that writes. It takes all waiting operations, runs them in one transaction, and completes
/// them in order after the commit is on disk: while one batch is synced, the next gathers.
/// </summary>
internal sealed class Writer : IAsyncDisposable
{
    private const int StatusPagesWritten = 9; // SQLITE_DBSTATUS_CACHE_WRITE
    private readonly SqliteStoreOptions _options;
    private readonly ILogger _logger;
    private readonly PreparedConnection _connection;
    private readonly WriterTables _tables;
    private readonly WriteQueue<WriteOperation> _queue;
    private readonly CommitTelemetry _telemetry;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pagesSinceCheckpoint;
    private StoreUnavailableException? _failure;

    public Writer(PreparedConnection connection, SqliteStoreOptions options, ILogger logger)
    {
        _connection = connection;
        _options = options;
        _logger = logger;
        _queue = new WriteQueue<WriteOperation>(typeof(SqliteStore), options.MaxQueuedItems, options.MaxQueuedBytes);
        _telemetry = new CommitTelemetry("sqlite", null, options.TimeProvider);
        _tables = new WriterTables(connection, options.TimeProvider, options.MaxCachedHeads);
        _begin = connection.Prepare("BEGIN IMMEDIATE");
        _commit = connection.Prepare("COMMIT");
        _rollback = connection.Prepare("ROLLBACK");
    }

    public void Start() => new Thread(Run) { Name = $"writer of {_options.Path}", IsBackground = true }.Start();

    /// <summary>Queues work for the next batch; the task completes when it is durable.</summary>
    public Task<T> WriteAsync<T>(Func<WriterTables, T> work, long bytes, CancellationToken ct)
    {
        var operation = new WriteOperation<T>(work, bytes);
        var queued = _queue.EnqueueAsync(operation, ct);
        return queued.IsCompletedSuccessfully ? operation.Done : AfterAsync(queued, operation);
    }

    private static async Task<T> AfterAsync<T>(Task queued, WriteOperation<T> operation)
    {
        await queued;
        return await operation.Done;
    }

    /// <summary>Ends after what is queued is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _ended.Task;
    }

    private void Run()
    {
        var batch = new List<WriteOperation>();
        try
        {
            while (_queue.Take(batch))
            {
                WriteAll(batch);
                batch.Clear();
            }

            Close();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            Abandon(batch, e);
            _ended.SetException(e);
        }
    }

    /// <summary>A bug ended the writer: nobody may wait for it in vain.</summary>
    private void Abandon(List<WriteOperation> batch, Exception bug)
    {
        _queue.Close();
        do
        {
            batch.ForEach(operation => operation.Fail(bug));
            batch.Clear();
        }
        while (_queue.Take(batch));
    }

    private void WriteAll(List<WriteOperation> batch)
    {
        if (_failure is not null)
        {
            var refusal = Refusal(_failure);
            batch.ForEach(operation => operation.Fail(refusal));
            return;
        }

        while (!TryWrite(batch))
        {
            // The operation that threw is out of the batch; the others have not been written yet.
        }
    }

    /// <summary>False when one operation threw: it is told, and the rest of the batch is to be tried again.</summary>
    private bool TryWrite(List<WriteOperation> batch)
    {
        var index = -1;
        _telemetry.Begin();
        try
        {
            Write(batch, ref index);
        }
        catch (SqliteException e)
        {
            var failure = Recover(e, committing: index == batch.Count);
            _telemetry.Failed();
            batch.ForEach(operation => operation.Fail(failure));
            return true;
        }
        catch (Exception e) when (index >= 0 && index < batch.Count)
        {
            _telemetry.End();
            _ = Undo();
            batch[index].Fail(e);
            batch.RemoveAt(index);
            return false;
        }

        _telemetry.Committed(batch.Count, batch.Sum(operation => operation.Bytes));
        batch.ForEach(operation => operation.Complete());
        CheckpointWhenDue();
        return true;
    }

    private void Write(List<WriteOperation> batch, ref int index)
    {
        _begin.Run();
        for (index = 0; index < batch.Count; index++)
        {
            batch[index].Execute(_tables);
        }

        _commit.Run();
    }

    /// <summary>
    /// Undoes the batch. After a full disk or a lock the store goes on. After any other failure it takes no more
    /// writes: once a sync has failed, the operating system may drop the pages and report success the next time;
    /// only opening the file anew replays the write-ahead log.
    /// </summary>
    private StoreUnavailableException Recover(SqliteException error, bool committing)
    {
        var code = error.SqliteErrorCode;
        var isUndone = Undo();
        var canContinue = isUndone && code is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_NOMEM;
        var nothingWritten = isUndone && (!committing || code is raw.SQLITE_FULL or raw.SQLITE_BUSY);
        var failure = new StoreUnavailableException(
            $"Writing to {_options.Path} failed: {error.Message}", error, nothingWritten, canContinue);
        StorageLog.WriteFailed(_logger, error, _options.Path, canContinue);
        _failure = canContinue ? null : failure;
        return failure;
    }

    /// <summary>Rolls back, and forgets what memory may have ahead of the file.</summary>
    private bool Undo()
    {
        _tables.Forget();
        try
        {
            // SQLite has already rolled back by itself after some errors.
            if (raw.sqlite3_get_autocommit(_connection.Connection.Handle) == 0)
            {
                _rollback.Run();
            }

            return true;
        }
        catch (SqliteException e)
        {
            StorageLog.RollbackFailed(_logger, e, _options.Path);
            return false;
        }
    }

    private static StoreUnavailableException Refusal(StoreUnavailableException failure) =>
        new(
            $"The store takes no writes until it is opened anew. {failure.Message}",
            failure,
            nothingWritten: true,
            canContinue: false);

    private void CheckpointWhenDue()
    {
        raw.sqlite3_db_status(_connection.Connection.Handle, StatusPagesWritten, out var pages, out _, 1);
        _pagesSinceCheckpoint += pages;
        if (_pagesSinceCheckpoint >= _options.CheckpointPages)
        {
            Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        }
    }

    private void Checkpoint(int mode)
    {
        _pagesSinceCheckpoint = 0;
        var code = raw.sqlite3_wal_checkpoint_v2(_connection.Connection.Handle, "main", mode, out _, out _);
        if (code is raw.SQLITE_OK or raw.SQLITE_BUSY)
        {
            return;
        }

        // What was acknowledged is safe in the write-ahead log, but the log can be emptied no more.
        var message = raw.sqlite3_errmsg(_connection.Connection.Handle).utf8_to_string();
        StorageLog.CheckpointFailed(_logger, _options.Path, message);
        if ((code & 0xff) != raw.SQLITE_FULL)
        {
            _failure = new StoreUnavailableException(
                $"Copying the write-ahead log into {_options.Path} failed: {message}",
                new SqliteException(message, code & 0xff, code),
                nothingWritten: true,
                canContinue: false);
        }
    }

    private void Close()
    {
        if (_failure is null)
        {
            Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        }

        _connection.Dispose();
    }
}
