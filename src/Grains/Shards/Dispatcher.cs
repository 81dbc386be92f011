using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>
/// Hands logged events to their deals: in order for each deal, in parallel between deals, and again until it succeeds.
/// Knows below which number all is credited. Only for use inside one grain.
/// </summary>
internal sealed partial class Dispatcher(
    IGrainFactory grains,
    Func<string, long> toldOf,
    GrainSettings settings,
    TimeProvider time,
    ILogger logger,
    CancellationToken stopping)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private readonly Queue<(LoggedEvent Logged, int Bytes)> _waiting = new();
    private readonly Queue<long> _order = new();
    private readonly Dictionary<long, TaskCompletionSource> _open = [];
    private readonly Dictionary<string, Task> _tails = new(StringComparer.Ordinal);
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _started;
    private long _openBytes;
    private int _running;

    /// <summary>Every event up to this number is credited, durably.</summary>
    public long Applied { get; private set; }

    /// <summary>The last event taken.</summary>
    public long Head { get; private set; }

    /// <summary>Starts behind <paramref name="applied"/>.</summary>
    public void Start(long applied) => (Applied, Head) = (applied, applied);

    private bool HasRoom => _open.Count < settings.BacklogLimit && _openBytes < settings.BacklogBytes;

    /// <summary>Takes the next event of the log.</summary>
    /// <param name="logged">The event.</param>
    /// <param name="bytes">What it counts for in the backlog.</param>
    public void Add(LoggedEvent logged, int bytes)
    {
        Head = logged.Position.Number;
        _openBytes += bytes;
        _order.Enqueue(Head);
        _open.Add(Head, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Enqueue((logged, bytes));
        StartWaiting();
    }

    /// <summary>Passes over the next event of the log, which is credited already.</summary>
    public void Skip(long number)
    {
        Head = number;
        _order.Enqueue(number);
        Advance();
    }

    /// <summary>Returns when less than the backlog's limits waits to be credited.</summary>
    public Task RoomAsync()
    {
        if (HasRoom)
        {
            return Task.CompletedTask;
        }

        _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _room.Task;
    }

    /// <summary>Returns when every event that was taken has been handed to its deal at least once.</summary>
    public Task StartedAsync()
    {
        if (_waiting.Count == 0)
        {
            return Task.CompletedTask;
        }

        // Who waits with a time limit stays in the grain's turns by this, and is not sent by way of another thread.
        _started ??= new TaskCompletionSource();
        return _started.Task;
    }

    /// <summary>Returns when the event with this number is credited; at once for one that was before.</summary>
    public Task AppliedAsync(long number) =>
        _open.TryGetValue(number, out var done) ? done.Task : Task.CompletedTask;

    /// <summary>
    /// Hands on nothing more, and fails who waits: only the next activation knows what becomes of it.
    /// </summary>
    /// <remarks>The token that this was created with must be cancelled before.</remarks>
    public void Stop()
    {
        _waiting.Clear();
        foreach (var waiter in _open.Values)
        {
            waiter.TrySetException(new ShardMovedException());
        }

        _room?.TrySetException(new ShardMovedException());
        _started?.TrySetException(new ShardMovedException());
    }

    private void StartWaiting()
    {
        while (!stopping.IsCancellationRequested
            && _running < settings.DealsInFlight
            && _waiting.TryDequeue(out var next))
        {
            _running++;
            var (logged, bytes) = next;
            var key = GrainKeys.Of(logged.Tenant, logged.Request.Deal.Deal_);
            var before = _tails.GetValueOrDefault(key, Task.CompletedTask);
            var credited = CreditAsync(logged, key, before);
            if (!credited.IsCompleted)
            {
                _tails[key] = credited;
            }

            _ = FinishAsync(logged.Position.Number, bytes, key, credited);
        }

        if (_waiting.Count == 0)
        {
            var started = _started;
            _started = null;
            started?.TrySetResult();
        }
    }

    private async Task CreditAsync(LoggedEvent logged, string key, Task before)
    {
        await before;
        for (var pause = TimeSpan.FromMilliseconds(50); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                // As of now, not of when it was logged: what changed while it waited is not announced again.
                logged.CatalogSequence = Math.Max(logged.CatalogSequence, toldOf(logged.Tenant));
                await grains.GetGrain<IDealGrain>(key).Apply(logged);
                return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                // An acknowledged event must be credited whatever fails now: the cursor waits for it.
                CreditingFailed(logger, failure, key, logged.Position.Shard, logged.Position.Number, pause);
                await Task.Delay(pause, time, stopping);
            }
        }
    }

    private async Task FinishAsync(long number, int bytes, string key, Task credited)
    {
        try
        {
            await credited;
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The next activation begins at the cursor and credits it then.
        }

        if (stopping.IsCancellationRequested)
        {
            return;
        }

        if (_tails.TryGetValue(key, out var tail) && tail == credited)
        {
            _tails.Remove(key);
        }

        _running--;
        _openBytes -= bytes;
        _open.Remove(number, out var done);
        done!.SetResult();
        Advance();
        StartWaiting();
    }

    private void Advance()
    {
        while (_order.TryPeek(out var next) && !_open.ContainsKey(next))
        {
            Applied = _order.Dequeue();
        }

        if (HasRoom)
        {
            _room?.TrySetResult();
            _room = null;
        }
    }

    [LoggerMessage(1, LogLevel.Error,
        "Crediting deal {Deal} (shard {Shard}, event {Number}) failed; trying again in {Pause}.")]
    private static partial void CreditingFailed(
        ILogger logger, Exception failure, string deal, int shard, long number, TimeSpan pause);
}
