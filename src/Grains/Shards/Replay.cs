using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>
/// Hands on what was logged and may not be credited, page by page, no faster than it is credited, beside what is asked
/// of the shard meanwhile. Only for use inside one grain.
/// </summary>
internal sealed partial class Replay(
    int shard, IDealLog log, Settled settled, Dispatcher dispatcher, Recrediter recrediter, TenantRulesCache rules,
    TimeProvider time, ILogger logger, CancellationToken stopping)
{
    private const int PageSize = 2000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // Nothing gets a damaged record back by itself.
    private static readonly TimeSpan DamagePause = TimeSpan.FromSeconds(30);
    private TaskCompletionSource _step = NewSignal();
    private bool _isCaughtUp;

    /// <summary>Whether events that are logged now still have to be read from the log.</summary>
    public bool IsBehind { get; private set; } = true;

    /// <summary>The damaged record that keeps the log from being read on; null if there is none.</summary>
    public CorruptRecordException? Damage { get; private set; }

    /// <summary>Completes when more was handed on, or damage was met; to be taken before looking.</summary>
    public Task Step => _step.Task;

    /// <summary>Hands on everything up to the log's end, which may move meanwhile; again after a failure.</summary>
    /// <param name="head">The log's end as it is.</param>
    /// <returns>False: it was stopped before.</returns>
    public async Task<bool> RunAsync(Func<long> head)
    {
        settled.Enter();
        try
        {
            return await RunUntilAsync(head);
        }
        finally
        {
            settled.Leave();
        }
    }

    /// <summary>Fails who waits: only the next activation knows what becomes of it.</summary>
    public void Stop() => _step.TrySetException(new Contracts.Grains.ShardMovedException());

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<bool> RunUntilAsync(Func<long> head)
    {
        var pause = FirstPause;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await StepAsync(head))
                {
                    (IsBehind, Damage) = (false, null);
                    Tell();
                    return true;
                }

                (pause, Damage) = (FirstPause, null);
                Tell();
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                Damage = StoreFailures.DamageOf(failure);
                pause = Damage is null ? pause : DamagePause;
                ReplayFailed(logger, failure, shard, dispatcher.Head, pause);
                Tell();
                await Task.Delay(pause, time, stopping);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }

        return false;
    }

    private void Tell()
    {
        // Once stopped, whoever comes must fail too.
        if (!stopping.IsCancellationRequested)
        {
            _step.TrySetResult();
            _step = NewSignal();
        }
    }

    /// <summary>Hands on one page; true at the end.</summary>
    private async Task<bool> StepAsync(Func<long> head)
    {
        if (dispatcher.Head >= head())
        {
            return await IsCaughtUpAsync();
        }

        // No further than the end that the shard knows: an event beyond it is handed on by whoever is appending it.
        var count = (int)Math.Min(PageSize, head() - dispatcher.Head);
        var records = await ReadAsync(dispatcher.Head, count);
        Invariant.Holds(records.Count > 0, $"shard {shard} ends at {head()}, and nothing follows {dispatcher.Head}");
        var page = records.Select(LoggedHead.Of).ToList();
        foreach (var tenant in records.Select(record => record.Tenant).Distinct(StringComparer.Ordinal))
        {
            recrediter.Meet(tenant, (await rules.RefreshAsync(tenant)).Crediting.Version);
        }

        var done = await settled.FindAsync(page);
        foreach (var logged in page)
        {
            await HandOnAsync(logged.Record, done.Contains(logged.Number));
        }

        return false;
    }

    /// <summary>Reads a page; one with a damaged record up to that record.</summary>
    private async Task<IReadOnlyList<LogRecord>> ReadAsync(long after, int count)
    {
        try
        {
            return await log.ReadAsync(shard, after, count, stopping);
        }
        catch (CorruptRecordException damage) when (damage.Number > after + 1 && damage.Number <= after + count)
        {
            return await log.ReadAsync(shard, after, (int)(damage.Number - 1 - after), stopping);
        }
    }

    /// <summary>At the end rules are looked for that the shard was not told of; the log may grow meanwhile.</summary>
    private async ValueTask<bool> IsCaughtUpAsync()
    {
        if (_isCaughtUp)
        {
            return true;
        }

        await recrediter.CatchUpAsync(rules);
        _isCaughtUp = true;
        return false;
    }

    private async ValueTask HandOnAsync(LogRecord record, bool isSettled)
    {
        if (isSettled)
        {
            dispatcher.Skip(record.Number);
            return;
        }

        // There is never room again after the end. And one that waits need not be in memory yet.
        stopping.ThrowIfCancellationRequested();
        await dispatcher.RoomAsync();
        await dispatcher.StartedAsync();
        if (!stopping.IsCancellationRequested)
        {
            var logged = LoggedEvents.Read(record);
            logged.Replayed = true;
            logged.CatalogSequence = (await rules.GetAsync(logged.Tenant)).Sequence;
            dispatcher.Add(logged, record.Payload.Length);
        }
    }

    [LoggerMessage(4, LogLevel.Error,
        "Replaying the log of shard {Shard} behind event {Number} failed; trying again in {Pause}.")]
    private static partial void ReplayFailed(
        ILogger logger, Exception failure, int shard, long number, TimeSpan pause);
}
