using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>Writes one shard of the deal log, acknowledges, and hands each event to its deal.</summary>
public sealed class ShardGrain : Grain, IShardGrain, IDisposable
{
    private static readonly TimeSpan CursorPeriod = TimeSpan.FromSeconds(1);
    private readonly IDealLog _log;
    private readonly TenantRulesCache _rules;
    private readonly GrainSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<ShardGrain> _logger;
    private readonly CursorKeeper _cursor;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Batcher<PendingEvent?> _appends;
    private Dispatcher _dispatcher = null!;
    private Recrediter _recrediter = null!;
    private int _shard;
    private long _head;

    public ShardGrain(
        [PersistentState("cursor", GrainStorageNames.Default)] IPersistentState<ShardCursor> cursor,
        IDealLog log,
        TenantRulesCache rules,
        GrainSettings settings,
        TimeProvider time,
        ILogger<ShardGrain> logger)
    {
        (_log, _rules, _settings, _time, _logger) = (log, rules, settings, time, logger);
        _cursor = new CursorKeeper(cursor, GiveUp);
        _appends = new Batcher<PendingEvent?>(AppendAsync);
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = ShardKeys.Number(this.GetPrimaryKeyString());
        _recrediter = new Recrediter(_shard, _log, GrainFactory, _cursor, _time, _logger, _stopping.Token);
        _dispatcher = new Dispatcher(GrainFactory, _recrediter.ToldOf, _settings, _time, _logger, _stopping.Token);
        _head = await _log.ReadHeadAsync(_shard, cancellationToken);
        _dispatcher.Start(_cursor.Cursor.Applied);
        await ReplayAsync(cancellationToken);
        await _recrediter.CatchUpAsync(_rules);
        _recrediter.Resume();
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
            return await RecordAsync(tenant, request);
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
    public void Dispose() => _stopping.Dispose();

    private async Task<Answer<Recorded>> RecordAsync(string tenant, RecordRequest request)
    {
        var known = await _rules.GetAsync(tenant);
        var refused = Check(request, known);
        if (refused.Refusals.Any(one => one.Reason == RefusalReason.UnknownRep))
        {
            // A payee may have been put a moment ago, by way of another silo.
            known = await _rules.RefreshAsync(tenant);
            refused = Check(request, known);
        }

        if (refused.Refused)
        {
            return refused.Refusals;
        }

        if (_appends.Unfinished >= _settings.WaitingLimit)
        {
            return new Refusal(RefusalReason.Overloaded, "", "Too many events are waiting to be credited; try again.");
        }

        var pending = new PendingEvent(new LoggedEvent { Tenant = tenant, Request = request }, known.Sequence);
        await _appends.AddAsync(pending);
        return ToAnswer(pending.Result, request);
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

        var owners = DealMapping.ToDeal(request.Deal, "deal", fields)?.Owners ?? [];
        for (var i = 0; i < owners.Length; i++)
        {
            if (!known.Reps.Contains(owners[i].Rep))
            {
                fields.Refuse(RefusalReason.UnknownRep, $"deal.owners[{i}].rep",
                    $"No payee has the id '{owners[i].Rep}': put it first, or correct the id.");
            }
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
        // Here and not where an event comes in: so that waiting changes nothing in the order of a deal's events.
        await _dispatcher.RoomAsync();
        var now = _time.GetUtcNow();
        var events = batch.OfType<PendingEvent>().ToList();
        var entries = events.ConvertAll(pending => pending.ToEntry(now));
        var result = await _log.AppendAsync(_shard, _head, entries, CancellationToken.None);
        if (result is LogAppendResult.Fenced fenced)
        {
            GiveUp();
            throw new FencedException($"shard {_shard}", _head, fenced.ActualHead);
        }

        var accepted = (LogAppendResult.Accepted)result;
        _head = accepted.Head;
        for (var i = 0; i < events.Count; i++)
        {
            events[i].Result = accepted.Entries[i];
            if (accepted.Entries[i].Outcome == LogOutcome.Appended)
            {
                HandOn(events[i].Positioned());
            }
        }
    }

    private void HandOn(LoggedEvent logged)
    {
        _recrediter.Meet(logged.Tenant);
        _dispatcher.Add(logged);
    }

    private async Task ReplayAsync(CancellationToken cancellation)
    {
        var met = new HashSet<string>(StringComparer.Ordinal);
        for (var after = _cursor.Cursor.Applied; after < _head;)
        {
            var page = await _log.ReadAsync(_shard, after, 1000, cancellation);
            Invariant.Holds(page.Count > 0, $"shard {_shard} ends at {_head}, and nothing follows {after}");
            foreach (var logged in page.Select(LoggedEvents.Read))
            {
                var known = met.Add(logged.Tenant)
                    ? _rules.RefreshAsync(logged.Tenant)
                    : _rules.GetAsync(logged.Tenant).AsTask();
                logged.CatalogSequence = (await known).Sequence;
                HandOn(logged);
                after = logged.Position.Number;
            }
        }
    }

    private async Task SaveCursorAsync()
    {
        if (_cursor.Cursor.Applied == _dispatcher.Applied)
        {
            return;
        }

        _cursor.Cursor.Applied = _dispatcher.Applied;
        try
        {
            await _cursor.SaveAsync();
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
        }
    }

    private sealed class PendingEvent(LoggedEvent logged, long catalogSequence)
    {
        public LogEntryResult Result { get; set; }

        public LogEntry ToEntry(DateTimeOffset now) => new(
            logged.Tenant, logged.Request.EventId, EventContent.Hash(logged.Request), logged.ToByteArray(), now);

        public LoggedEvent Positioned()
        {
            logged.Position = new Position { Shard = Result.Position.Shard, Number = Result.Position.Number };
            logged.CatalogSequence = catalogSequence;
            return logged;
        }
    }
}
