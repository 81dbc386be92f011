using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Telemetry;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>Writes one shard of the deal log, acknowledges, and hands each event to its deal.</summary>
public sealed class ShardGrain : Grain, IShardGrain, IDisposable
{
    private static readonly TimeSpan CursorPeriod = TimeSpan.FromSeconds(1);
    private readonly IDealLog _log;
    private readonly ILedger _ledger;
    private readonly TenantRulesCache _rules;
    private readonly HeldCredits _held;
    private readonly GrainSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<ShardGrain> _logger;
    private readonly StateKeeper<ShardCursor> _cursor;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Appends _appends;
    private DispatchLag _lag = null!;
    private Dispatcher _dispatcher = null!;
    private Recrediter _recrediter = null!;
    private Replay _replay = null!;
    private int _shard;
    private long _head;
    private long _waitingBytes;

    public ShardGrain(
        [PersistentState("cursor", GrainStorageNames.Default)] IPersistentState<ShardCursor> cursor,
        IDealLog log,
        ILedger ledger,
        TenantRulesCache rules,
        HeldCredits held,
        GrainSettings settings,
        TimeProvider time,
        ILogger<ShardGrain> logger)
    {
        (_log, _ledger, _rules, _held) = (log, ledger, rules, held);
        (_settings, _time, _logger) = (settings, time, logger);
        _cursor = new StateKeeper<ShardCursor>(cursor, GiveUp);
        _appends = new Appends(AppendAsync);
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = ShardKeys.Number(this.GetPrimaryKeyString());
        _recrediter = new Recrediter(
            _shard, _log, GrainFactory, _cursor, () => _head, () => _dispatcher.StartedAsync(),
            _settings, _time, _logger, _stopping.Token);
        _lag = new DispatchLag(_shard) { Applied = _cursor.Current.Applied };
        _dispatcher = new Dispatcher(GrainFactory, _recrediter.ToldOf, _settings, _time, _logger, _stopping.Token)
        {
            Lag = _lag,
        };
        _head = _lag.Head = await _log.ReadHeadAsync(_shard, cancellationToken);
        _dispatcher.Start(_cursor.Current.Applied);
        var settled = new Settled(_shard, _ledger, _held, _rules, _recrediter.ToldOf, _stopping.Token);
        _replay = new Replay(
            _shard, _log, settled, _dispatcher, _recrediter, _rules, _time, _logger, _stopping.Token);
        _ = ReplayAsync();
        this.RegisterGrainTimer(
            static (self, _) => self.SaveCursorAsync(),
            this,
            new GrainTimerCreationOptions
            {
                DueTime = CursorPeriod, Period = CursorPeriod, Interleave = true, KeepAlive = true,
            });
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var givenUp = _stopping.IsCancellationRequested;
        Stop();
        if (!givenUp)
        {
            await SaveCursorAsync();
        }
    }

    /// <inheritdoc/>
    public async Task<Answer<Recorded>> Record(string tenant, RecordRequest request)
    {
        try
        {
            ThrowIfDamaged();
            var (known, refused) = await CheckAsync(tenant, request);
            if (refused.Refused)
            {
                return refused.Refusals;
            }

            using var span = EventSpans.Record(_shard, request);
            var pending = new PendingEvent(
                new LoggedEvent { Tenant = tenant, Request = request }, known, span?.Context ?? default);
            if (!TryWait(pending))
            {
                return new Refusal(
                    RefusalReason.Overloaded, "", "Too many events are waiting to be credited; try again.");
            }

            await _appends.AddAsync(pending);
            span.Recorded(pending.Result);
            return ToAnswer(pending.Result, request);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> WaitApplied(long number, CancellationToken cancellation)
    {
        if (number > _dispatcher.Head)
        {
            await CheckHeadAsync();
        }

        while (_replay.IsBehind && number > _dispatcher.Head && number <= _head)
        {
            var step = _replay.Step;
            ThrowIfDamaged();
            await step.WaitAsync(cancellation);
        }

        await _dispatcher.AppliedAsync(number).WaitAsync(cancellation);
        return number <= _dispatcher.Head;
    }

    /// <inheritdoc/>
    public async Task Recredit(string tenant, long rulesVersion)
    {
        try
        {
            await _recrediter.RequestAsync(tenant, rulesVersion);
        }
        catch (InconsistentStateException)
        {
            throw new ShardMovedException();
        }
    }

    /// <inheritdoc/>
    public async Task<ShardRealignment> GetRealignment(string tenant) =>
        _recrediter.ProgressOf(tenant, (await _rules.CurrentAsync(tenant)).Crediting.Version);

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <summary>What is behind a damaged record of the log is not credited, and is not taken as if it were.</summary>
    private void ThrowIfDamaged()
    {
        if (_replay.Damage is { } damage)
        {
            ExceptionDispatchInfo.Throw(damage);
        }
    }

    private async ValueTask<(TenantRules Known, Fields Refused)> CheckAsync(string tenant, RecordRequest request)
    {
        var known = await _rules.GetAsync(tenant);
        var refused = Check(request, known);
        if (refused.Refused && refused.Refusals.Any(one => one.Reason == RefusalReason.UnknownRep))
        {
            // A payee may have been put a moment ago, by way of another silo.
            known = await _rules.RefreshAsync(tenant);
            refused = Check(request, known);
        }

        return (known, refused);
    }

    /// <summary>Counts an event as waiting, until <see cref="AppendAsync"/> is done with it; false: too much does.
    /// </summary>
    private bool TryWait(PendingEvent pending)
    {
        if (_appends.Unfinished >= _settings.WaitingLimit
            || (_waitingBytes > 0 && _waitingBytes + pending.Bytes > _settings.WaitingBytes))
        {
            return false;
        }

        _waitingBytes += pending.Bytes;
        return true;
    }

    private static Answer<Recorded> ToAnswer(LogEntryResult result, RecordRequest request) =>
        result.Outcome == LogOutcome.Conflict
            ? new Refusal(RefusalReason.EventIdReused, "event_id",
                $"'{request.EventId}' was used for other content (shard {result.Position.Shard}, event "
                + $"{result.Position.Number}): an event id names one event for good.")
            : new Recorded
            {
                Position = new Position { Shard = result.Position.Shard, Number = result.Position.Number },
                Repeat = result.Outcome == LogOutcome.Duplicate,
            };

    private static Fields Check(RecordRequest request, TenantRules known)
    {
        var fields = new Fields();
        fields.Id("event_id", request.EventId, 200);
        if (request.Version < 0)
        {
            fields.Refuse("version", $"{request.Version} is negative: expected 0 or more.");
        }

        var deal = DealMapping.ToDeal(request.Deal, "deal", fields);
        var owners = deal?.Owners ?? [];
        for (var i = 0; i < owners.Length; i++)
        {
            if (!known.Reps.Contains(owners[i].Rep))
            {
                fields.Refuse(RefusalReason.UnknownRep, $"deal.owners[{i}].rep",
                    $"No payee has the id '{owners[i].Rep}': put it first, or correct the id.");
            }
        }

        if (deal is not null)
        {
            DealMapping.Keep(request.Deal, deal);
        }

        return fields;
    }

    /// <summary>Makes sure that this activation knows all of the log; gives it up otherwise.</summary>
    private async Task CheckHeadAsync()
    {
        try
        {
            await _appends.AddAsync(null);
        }
        catch (FencedException)
        {
            throw new ShardMovedException();
        }
    }

    private async Task AppendAsync(IReadOnlyList<PendingEvent?> batch)
    {
        // A batch, and what follows from it, is not the work of the caller who happened to begin it.
        Activity.Current = null;
        var events = batch.OfType<PendingEvent>().ToList();
        try
        {
            await LogAsync(events);
        }
        finally
        {
            events.ForEach(pending => _waitingBytes -= pending.Bytes);
        }
    }

    private async Task LogAsync(List<PendingEvent> events)
    {
        // Here and not where an event comes in: so that waiting changes nothing in the order of a deal's events.
        await _dispatcher.RoomAsync();
        var now = _time.GetUtcNow();
        var entries = events.ConvertAll(pending => pending.ToEntry(now));
        var journals = _replay.IsBehind ? null : ReadJournalsAsync(events);
        var result = await _log.AppendAsync(_shard, _head, entries, CancellationToken.None);
        if (result is LogAppendResult.Fenced fenced)
        {
            GiveUp();
            throw new FencedException($"shard {_shard}", _head, fenced.ActualHead);
        }

        var accepted = (LogAppendResult.Accepted)result;
        _head = _lag.Head = accepted.Head;
        for (var i = 0; i < events.Count; i++)
        {
            events[i].Result = accepted.Entries[i];
            GrainMeters.CountRecorded(accepted.Entries[i].Outcome);
            // A replay that is behind reads it from the log when it gets there.
            if (accepted.Entries[i].Outcome == LogOutcome.Appended && !_replay.IsBehind)
            {
                HandOn(events[i], entries[i].Payload.Length, journals);
            }
        }
    }

    /// <summary>Notes where the deals' journals end, read for all of them at once while their events are logged.
    /// </summary>
    private async Task ReadJournalsAsync(List<PendingEvent> events)
    {
        var ends = await JournalEnds.ReadAsync(_ledger, events.ConvertAll(static pending => pending.DealAccount));
        for (var i = 0; i < ends.Count; i++)
        {
            events[i].Note(ends[i]);
        }
    }

    private void HandOn(PendingEvent pending, int bytes, Task? journals)
    {
        var logged = pending.Positioned();
        _recrediter.Meet(logged.Tenant, pending.RulesVersion);
        _dispatcher.Add(logged, bytes, pending.Span, journals);
    }

    private async Task ReplayAsync()
    {
        try
        {
            if (await _replay.RunAsync(() => _head))
            {
                _recrediter.Resume();
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
            // The next activation begins at the cursor.
        }
    }

    private async Task SaveCursorAsync()
    {
        if (_cursor.Current.Applied == _dispatcher.Applied)
        {
            return;
        }

        try
        {
            await _recrediter.SaveAppliedAsync(_dispatcher.Applied);
        }
        catch (InconsistentStateException)
        {
            // Another activation is ahead, and this one has been given up.
        }
    }

    /// <summary>Leaves the shard to another activation; what waits for this one is told so.</summary>
    private void GiveUp()
    {
        Stop();
        DeactivateOnIdle();
    }

    private void Stop()
    {
        if (!_stopping.IsCancellationRequested)
        {
            _stopping.Cancel();
            _dispatcher.Stop();
            _replay.Stop();
            _lag.Dispose();
        }
    }

    private sealed class Appends(Func<IReadOnlyList<PendingEvent?>, Task> append) : Batcher<PendingEvent?>
    {
        /// <summary>Returns when the event is in the log, and null when all before it are.</summary>
        public new Task AddAsync(PendingEvent? pending) => base.AddAsync(pending);

        protected override Task AppendAsync(IReadOnlyList<PendingEvent?> batch) => append(batch);
    }

    private sealed class PendingEvent(LoggedEvent logged, TenantRules known, ActivityContext span)
    {
        public ActivityContext Span => span;

        /// <summary>What it counts for while it waits.</summary>
        public int Bytes { get; } = logged.Request.CalculateSize();

        public string DealAccount => DealGrain.AccountOf(GrainKeys.Of(logged.Tenant, logged.Request.Deal.Deal_));

        public LogEntryResult Result { get; set; }

        public long RulesVersion => known.Crediting.Version;

        /// <summary>Where the journal of its deal ended when it was logged.</summary>
        public void Note(JournalEnd journal) => logged.Journal = journal;

        public LogEntry ToEntry(DateTimeOffset now) => new(
            logged.Tenant, logged.Request.EventId, EventContent.Hash(logged.Request), Payload.Of(logged), now);

        public LoggedEvent Positioned()
        {
            logged.Position = new Position { Shard = Result.Position.Shard, Number = Result.Position.Number };
            logged.CatalogSequence = known.Sequence;
            return logged;
        }
    }
}
