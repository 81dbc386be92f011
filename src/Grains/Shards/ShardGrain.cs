using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Mapping;
using Commission.Storage;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>Writes one shard of the deal log, acknowledges, and hands each event to its deal.</summary>
public sealed class ShardGrain : Grain, IShardGrain, IDisposable
{
    private static readonly TimeSpan CursorPeriod = TimeSpan.FromSeconds(1);
    private readonly IDealLog _log;
    private readonly KnownRules _rules;
    private readonly GrainSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<ShardGrain> _logger;
    private readonly CursorKeeper _cursor;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Batcher<PendingEvent> _appends;
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
        (_log, _settings, _time, _logger) = (log, settings, time, logger);
        _rules = new KnownRules(rules);
        _cursor = new CursorKeeper(cursor);
        _appends = new Batcher<PendingEvent>(AppendAsync);
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _shard = ShardKeys.Number(this.GetPrimaryKeyString());
        _dispatcher = new Dispatcher(GrainFactory, _rules, _settings, _time, _logger, _stopping.Token);
        _recrediter = new Recrediter(_shard, _log, GrainFactory, _cursor, _time, _logger, _stopping.Token);
        _head = await _log.ReadHeadAsync(_shard, cancellationToken);
        _dispatcher.Start(_cursor.Cursor.Applied);
        await ReplayAsync(cancellationToken);
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
        await _stopping.CancelAsync();
        await SaveCursorAsync();
    }

    /// <inheritdoc/>
    public async Task<Answer<Recorded>> Record(string tenant, RecordRequest request)
    {
        var refused = await CheckAsync(tenant, request);
        if (refused.Refused)
        {
            return refused.Refusals;
        }

        if (_dispatcher.Overloaded)
        {
            return new Refusal(RefusalReason.Overloaded, "", "Too many events are waiting to be credited; try again.");
        }

        await _dispatcher.RoomAsync();
        var pending = new PendingEvent(new LoggedEvent { Tenant = tenant, Request = request });
        return await AppendedAsync(pending) is { } failed ? failed : ToAnswer(pending.Result, request);
    }

    /// <inheritdoc/>
    public Task WaitApplied(long number, CancellationToken cancellation) =>
        _dispatcher.AppliedAsync(number).WaitAsync(cancellation);

    /// <inheritdoc/>
    public async Task Recredit(string tenant, long rulesVersion)
    {
        await _rules.LearnAsync(tenant, rulesVersion);
        await _recrediter.RequestAsync(tenant, rulesVersion);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task<Refusal?> AppendedAsync(PendingEvent pending)
    {
        try
        {
            await _appends.AddAsync(pending);
            return null;
        }
        catch (FencedException fenced)
        {
            return new Refusal(RefusalReason.ConcurrentChange, "",
                $"{fenced.Message} Another silo serves it now: send the same event again.");
        }
        catch (StoreUnavailableException failure)
        {
            return new Refusal(RefusalReason.StoreUnavailable, "",
                $"{failure.Message} Send the same event again, with the same event id.");
        }
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

    private async ValueTask<Fields> CheckAsync(string tenant, RecordRequest request)
    {
        var fields = new Fields();
        fields.Id("event_id", request.EventId, 200);
        if (request.Version < 0)
        {
            fields.Refuse("version", $"{request.Version} is negative: expected 0 or more.");
        }

        var deal = DealMapping.ToDeal(request.Deal, "deal", fields);
        if (deal is not null)
        {
            await CheckOwnersAsync(tenant, deal, fields);
        }

        return fields;
    }

    private async ValueTask CheckOwnersAsync(string tenant, Engine.Deal deal, Fields fields)
    {
        var known = (await _rules.GetAsync(tenant)).Reps;
        if (deal.Owners.Any(owner => !known.Contains(owner.Rep)))
        {
            // The payee may have been put a moment ago, by way of another silo.
            known = (await _rules.RefreshAsync(tenant)).Reps;
        }

        for (var i = 0; i < deal.Owners.Length; i++)
        {
            if (!known.Contains(deal.Owners[i].Rep))
            {
                fields.Refuse(RefusalReason.UnknownRep, $"deal.owners[{i}].rep",
                    $"No payee has the id '{deal.Owners[i].Rep}': put it first, or correct the id.");
            }
        }
    }

    private async Task AppendAsync(IReadOnlyList<PendingEvent> batch)
    {
        var now = _time.GetUtcNow();
        var entries = batch.Select(pending => pending.ToEntry(now)).ToList();
        var result = await _log.AppendAsync(_shard, _head, entries, CancellationToken.None);
        if (result is LogAppendResult.Fenced fenced)
        {
            DeactivateOnIdle();
            throw new FencedException($"shard {_shard}", _head, fenced.ActualHead);
        }

        var accepted = (LogAppendResult.Accepted)result;
        _head = accepted.Head;
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Result = accepted.Entries[i];
            if (accepted.Entries[i].Outcome == LogOutcome.Appended)
            {
                _dispatcher.Add(batch[i].Positioned());
            }
        }
    }

    private async Task ReplayAsync(CancellationToken cancellation)
    {
        for (var after = _cursor.Cursor.Applied; after < _head;)
        {
            var page = await _log.ReadAsync(_shard, after, 1000, cancellation);
            Invariant.Holds(page.Count > 0, $"shard {_shard} ends at {_head}, and nothing follows {after}");
            foreach (var record in page)
            {
                await _rules.GetAsync(record.Tenant);
                _dispatcher.Add(LoggedEvents.Read(record));
                after = record.Number;
            }
        }
    }

    private Task SaveCursorAsync()
    {
        if (_cursor.Cursor.Applied == _dispatcher.Applied)
        {
            return Task.CompletedTask;
        }

        _cursor.Cursor.Applied = _dispatcher.Applied;
        return _cursor.SaveAsync();
    }

    private sealed class PendingEvent(LoggedEvent logged)
    {
        public LogEntryResult Result { get; set; }

        public LogEntry ToEntry(DateTimeOffset now) => new(
            logged.Tenant, logged.Request.EventId, EventContent.Hash(logged.Request), logged.ToByteArray(), now);

        public LoggedEvent Positioned()
        {
            logged.Position = new Position { Shard = Result.Position.Shard, Number = Result.Position.Number };
            return logged;
        }
    }
}
