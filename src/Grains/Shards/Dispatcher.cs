using System.Diagnostics;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Journals;
using Commission.Grains.Telemetry;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>
/// Hands logged events to their deals: in order for each deal, in parallel between deals, and again until it succeeds.
/// Knows below which number all is credited. What meets a damaged record is tried again as well, but holds up no other
/// deal. Only for use inside one grain.
/// </summary>
internal sealed partial class Dispatcher(
    IGrainFactory grains,
    Func<string, long> toldOf,
    GrainSettings settings,
    TimeProvider time,
    ILogger logger,
    CancellationToken stopping)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    // So that crediting goes on soon after a store is back.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1.5);

    // Nothing gets a damaged record back by itself.
    private static readonly TimeSpan DamagePause = TimeSpan.FromSeconds(30);
    private const int LoggedAttempts = 5;
    private const int LoggedEvery = 20;
    private readonly Queue<WaitingEvent> _waiting = new();
    private readonly Queue<long> _order = new();
    private readonly Dictionary<long, OpenEvent> _open = [];
    private readonly Dictionary<string, Task> _tails = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CorruptRecordException> _stuck = new(StringComparer.Ordinal);
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _started;
    private long _openBytes;
    private int _running;
    private bool _starting;

    /// <summary>Is told of what is credited; null: nobody.</summary>
    public DispatchLag? Lag { get; init; }

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
    /// <param name="recorded">The span that recorded it, where one did.</param>
    /// <param name="known">Completes when all is known that the event is to bring along; null: it is.</param>
    public void Add(LoggedEvent logged, int bytes, ActivityContext recorded = default, Task? known = null)
    {
        Head = logged.Position.Number;
        _openBytes += bytes;
        _order.Enqueue(Head);
        _open.Add(Head, new OpenEvent(KeyOf(logged)));
        _waiting.Enqueue(new WaitingEvent(logged, bytes, recorded, known ?? Task.CompletedTask));
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
    /// <exception cref="CorruptRecordException">It can't be as long as a record is damaged.</exception>
    public Task AppliedAsync(long number) =>
        !_open.TryGetValue(number, out var open) ? Task.CompletedTask
        : _stuck.TryGetValue(open.Deal, out var damage) ? Task.FromException(damage)
        : open.CreditedAsync();

    /// <summary>
    /// Hands on nothing more, and fails who waits: only the next activation knows what becomes of it.
    /// </summary>
    /// <remarks>The token that this was created with must be cancelled before.</remarks>
    public void Stop()
    {
        _waiting.Clear();
        foreach (var open in _open.Values)
        {
            open.End(new ShardMovedException());
        }

        _room?.TrySetException(new ShardMovedException());
        _started?.TrySetException(new ShardMovedException());
    }

    private static string KeyOf(LoggedEvent logged) => GrainKeys.Of(logged.Tenant, logged.Request.Deal.Deal_);

    private void StartWaiting()
    {
        if (_starting)
        {
            return;
        }

        _starting = true;
        while (!stopping.IsCancellationRequested
            && _running < settings.DealsInFlight
            && _waiting.TryDequeue(out var next))
        {
            Start(next);
        }

        _starting = false;
        if (_waiting.Count == 0)
        {
            var started = _started;
            _started = null;
            started?.TrySetResult();
        }
    }

    private void Start(in WaitingEvent next)
    {
        _running++;
        var key = KeyOf(next.Logged);
        var before = _tails.GetValueOrDefault(key, Task.CompletedTask);
        var credited = CreditAsync(next, key, before);
        if (!credited.IsCompleted)
        {
            _tails[key] = credited;
        }

        _ = FinishAsync(next.Logged.Position.Number, next.Bytes, key, credited);
    }

    private async Task CreditAsync(WaitingEvent next, string key, Task before)
    {
        var logged = next.Logged;
        using var span = EventSpans.Credit(logged, next.Recorded);
        var begun = time.GetTimestamp();
        // A deal that was told nothing reads for itself, and fails by itself.
        await next.Known.ConfigureAwait(
            ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await (_stuck.ContainsKey(key) ? AsideAsync(before) : before);
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // As of now, not of when it was logged: what changed while it waited is not announced again.
                logged.CatalogSequence = Math.Max(logged.CatalogSequence, toldOf(logged.Tenant));
                await grains.GetGrain<IDealGrain>(key).Apply(logged);
                _stuck.Remove(key);
                GrainMeters.CountCredited(time, begun);
                return;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                // An acknowledged event must be credited whatever fails now: the cursor waits for it.
                GrainMeters.CountFailure();
                logged.Journal = null;
                pause = Log(failure, logged, key, attempt, pause);
                await PauseAsync(failure, logged.Position.Number, key, pause);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }

    private TimeSpan Log(Exception failure, LoggedEvent logged, string key, int attempt, TimeSpan next)
    {
        var isDamage = StoreFailures.DamageOf(failure) is not null;
        var pause = isDamage ? DamagePause : next;
        if (isDamage || attempt <= LoggedAttempts || attempt % LoggedEvery == 0)
        {
            CreditingFailed(logger, failure, key, logged.Position.Shard, logged.Position.Number, pause);
        }

        return pause;
    }

    private Task PauseAsync(Exception failure, long number, string key, TimeSpan pause)
    {
        if (StoreFailures.DamageOf(failure) is { } damage)
        {
            TellOfDamage(key, damage);
            return AsideAsync(Task.Delay(pause, time, stopping));
        }

        // Not all at the same moment: a store that is back has enough to do.
        return Task.Delay(pause + (pause * (number % 16) / 32), time, stopping);
    }

    /// <summary>Waits without keeping other deals from being credited.</summary>
    private async Task AsideAsync(Task waiting)
    {
        _running--;
        StartWaiting();
        try
        {
            await waiting;
        }
        finally
        {
            _running++;
        }
    }

    /// <summary>Who waits for an event of the deal learns why it is not credited, also who comes later.</summary>
    private void TellOfDamage(string key, CorruptRecordException damage)
    {
        _stuck[key] = damage;
        foreach (var open in _open.Values.Where(open => open.Deal == key))
        {
            open.Fail(damage);
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
        _open.Remove(number, out var open);
        open!.Finish();
        Advance();
        StartWaiting();
    }

    private void Advance()
    {
        while (_order.TryPeek(out var next) && !_open.ContainsKey(next))
        {
            Applied = _order.Dequeue();
        }

        Lag?.Applied = Applied;

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

    /// <summary>An event that is to be handed to its deal.</summary>
    private readonly record struct WaitingEvent(
        LoggedEvent Logged, int Bytes, ActivityContext Recorded, Task Known);

    /// <summary>An event that was taken and is not credited yet.</summary>
    private sealed class OpenEvent(string deal)
    {
        public string Deal => deal;

        // Nobody waits for most of them.
        private TaskCompletionSource? _credited;

        /// <summary>Returns when it is credited.</summary>
        public Task CreditedAsync() => (_credited ??= NewSignal()).Task;

        /// <summary>It is credited.</summary>
        public void Finish() => _credited?.SetResult();

        /// <summary>Nobody here will know when it is.</summary>
        public void End(Exception reason) => (_credited ??= NewSignal()).TrySetException(reason);

        /// <summary>Tells who waits now; the next may wait for the next attempt.</summary>
        public void Fail(CorruptRecordException damage)
        {
            _credited?.SetException(damage);
            _credited = null;
        }

        private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
