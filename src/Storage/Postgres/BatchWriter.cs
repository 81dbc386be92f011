using Commission.Storage.Telemetry;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>
/// The one writer of one kind of operations in this process. It takes all that wait, writes them in one transaction,
/// and completes them in order after the commit is on disk: while one batch is synced, the next gathers.
/// </summary>
/// <param name="table">What it writes, for messages.</param>
/// <param name="place">Where, for messages.</param>
/// <param name="source">Makes connections.</param>
/// <param name="options">The queue's bounds.</param>
/// <param name="logger">Is told of failures.</param>
/// <param name="plan">Makes an attempt at a batch; told whether the one before was committed, and not long ago.</param>
internal sealed class BatchWriter<TOperation>(
    string table,
    string place,
    NpgsqlDataSource source,
    PostgresStoreOptions options,
    ILogger logger,
    Func<IReadOnlyList<TOperation>, bool, IBatch> plan) : IAsyncDisposable
    where TOperation : PendingWrite
{
    /// <summary>Each attempt after the first means that another process wrote; so many are no chance.</summary>
    private const int MaxAttempts = 100;

    /// <summary>Behind a longer one a question finds out that the connection is lost, before anything is written.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly WriteQueue<TOperation> _queue =
        new(typeof(PostgresStore), options.MaxQueuedItems, options.MaxQueuedBytes);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CommitTelemetry _telemetry = new("postgresql", table, TimeProvider.System);
    private WriterSession? _session;
    private long? _committed;

    private enum Step
    {
        Opening,
        Asking,
        Committing,
    }

    public void Start() => new Thread(Run) { Name = $"writer of the {table}", IsBackground = true }.Start();

    /// <summary>Queues an operation for the next batch; its task completes when it is durable.</summary>
    public Task EnqueueAsync(TOperation operation, CancellationToken ct) => _queue.EnqueueAsync(operation, ct);

    /// <summary>Ends after what is queued is written.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _ended.Task;
    }

    private void Run()
    {
        var batch = new List<TOperation>();
        while (_queue.Take(batch))
        {
            WriteAll(batch);
            batch.Clear();
        }

        Drop();
        _ended.SetResult();
    }

    private void WriteAll(List<TOperation> batch)
    {
        for (var attempt = 1; !TryWrite(batch, attempt); attempt++)
        {
            // Another process was faster, or the connection had been lost meanwhile: nothing is written yet.
        }
    }

    /// <summary>False when nothing was written and the batch is to be tried again; else all have an answer.</summary>
    private bool TryWrite(List<TOperation> batch, int attempt)
    {
        var step = Step.Opening;
        var isReused = _session is not null;
        var isSure = _committed is { } at && options.TimeProvider.GetElapsedTime(at) < Pause;
        _committed = null;
        _telemetry.Begin();
        try
        {
            _session ??= WriterSession.Open(source);
            step = Step.Asking;
            var work = plan(batch, isSure);
            _session.Ask(work);
            work.Decide();
            step = Step.Committing;
            _session.Commit(work);
            _committed = options.TimeProvider.GetTimestamp();
        }
        catch (Exception e) when (Failures.IsContention(e) && attempt < MaxAttempts)
        {
            _telemetry.End();
            Rollback();
            return false;
        }
        catch (Exception e) when (Failures.IsOfStore(e))
        {
            Drop();
            if (isReused && step == Step.Asking && !Failures.IsRefusal(e))
            {
                _telemetry.End();
                return false;
            }

            return Fail(batch, step, e);
        }
        catch (Exception bug)
        {
            // The writer goes on: the next batch may not meet it.
            _telemetry.Failed();
            Drop();
            batch.ForEach(operation => operation.Fail(bug));
            return true;
        }

        _telemetry.Committed(batch.Count, batch.Sum(operation => operation.Bytes));
        batch.ForEach(operation => operation.Complete());
        return true;
    }

    private bool Fail(List<TOperation> batch, Step step, Exception error)
    {
        _telemetry.Failed();
        var nothingWritten = step != Step.Committing || Failures.IsRefusal(error);
        PostgresLog.WriteFailed(logger, error, table, place, nothingWritten);
        var failure = Failures.Unavailable($"Writing the {table} to the {place} failed", error, nothingWritten);
        batch.ForEach(operation => operation.Fail(failure));
        return true;
    }

    private void Rollback()
    {
        try
        {
            _session!.Rollback();
        }
        catch (Exception e) when (Failures.IsOfStore(e))
        {
            Drop(); // the server rolls back what was on it
        }
    }

    private void Drop()
    {
        _session?.Dispose();
        _session = null;
    }
}
