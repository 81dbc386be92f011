using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Telemetry;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Shards;

/// <summary>
/// Credits a shard's recorded deals anew after crediting rules changed: page by page behind the events that come in.
/// The log is swept in a circle: rules that change during a sweep are followed from the page that it is at, up to that
/// page again, so that many changes that come together cost little more than one, and none starts the sweep over. Only
/// for use inside one grain.
/// </summary>
/// <param name="shard">Its number.</param>
/// <param name="log">What is swept.</param>
/// <param name="grains">Reaches the deals.</param>
/// <param name="cursor">Says durably what is to be done, and what is done.</param>
/// <param name="head">The last event of the log that may have been credited by older rules.</param>
/// <param name="newEventsFirst">Completes when no new event waits to be handed to its deal.</param>
/// <param name="settings">How many deals at a time.</param>
/// <param name="time">For pauses.</param>
/// <param name="logger">Is told of failures.</param>
/// <param name="stopping">Ends it.</param>
internal sealed partial class Recrediter(
    int shard, IDealLog log, IGrainFactory grains, StateKeeper<ShardCursor> cursor, Func<long> head,
    Func<Task> newEventsFirst, GrainSettings settings, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    private const int PageSize = 256;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // New events go first, but not for ever: a silo that is busy all day must get on with this too.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(250);
    private readonly Dictionary<string, Goal> _goals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _met = new(StringComparer.Ordinal);
    private long _at;
    private long _end;
    private int _inHand;
    private bool _running;

    /// <summary>Notes durably what is to be done, and begins; ignores what is done or noted already.</summary>
    public async Task RequestAsync(string tenant, long rulesVersion)
    {
        if (ToldOf(tenant) < rulesVersion)
        {
            await NoteAsync(tenant, rulesVersion);
            Resume();
        }
    }

    /// <summary>Notes that a tenant has deals in the shard.</summary>
    /// <param name="tenant">Whose event is handed on next.</param>
    /// <param name="rulesVersion">The rules that it is credited by, or older ones: a tenant that is met the first time
    /// has no deals in the shard before it, which rules of before could have credited.</param>
    public void Meet(string tenant, long rulesVersion)
    {
        if (!cursor.Current.CreditedBy.ContainsKey(tenant))
        {
            _met.TryAdd(tenant, rulesVersion);
        }
    }

    /// <summary>Makes durable that all events up to a number are credited.</summary>
    public Task SaveAppliedAsync(long applied)
    {
        KeyValuePair<string, long>[] met = [.. _met];
        return cursor.ChangeAsync(durable => durable.WithApplied(applied, met));
    }

    /// <summary>The crediting rules that the shard has been told of for a tenant: the catalog's sequence.</summary>
    public long ToldOf(string tenant) =>
        Math.Max(CreditedBy(tenant), cursor.Current.Recrediting.GetValueOrDefault(tenant));

    /// <summary>
    /// Notes which rules changed without the shard being told: whoever changed them crashed between the two. To be
    /// called once, before <see cref="Resume"/>.
    /// </summary>
    public async Task CatchUpAsync(TenantRulesCache rules)
    {
        foreach (var tenant in cursor.Current.CreditedBy.Keys.Union(_met.Keys, StringComparer.Ordinal).ToList())
        {
            var version = (await rules.RefreshAsync(tenant)).Crediting.Version;
            if (version > ToldOf(tenant))
            {
                await NoteAsync(tenant, version);
            }
        }
    }

    /// <summary>Goes on with what the cursor says is left.</summary>
    public void Resume()
    {
        foreach (var tenant in cursor.Current.Recrediting.Keys.Where(tenant => !_goals.ContainsKey(tenant)).ToList())
        {
            Aim(tenant);
        }

        if (!_running && _goals.Count > 0)
        {
            _running = true;
            _ = RunAsync();
        }
    }

    /// <summary>How far a tenant's deals are credited by its rules.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="rulesVersion">Its rules as they are.</param>
    public ShardRealignment ProgressOf(string tenant, long rulesVersion)
    {
        var isMet = cursor.Current.CreditedBy.ContainsKey(tenant) || _met.ContainsKey(tenant);
        var progress = new ShardRealignment
        {
            RulesVersion = rulesVersion,
            // Without deals there is nothing that older rules could have credited.
            CreditedBy = isMet || _goals.ContainsKey(tenant)
                ? CreditedBy(tenant)
                : rulesVersion,
            Total = head(),
            Done = head(),
        };
        if (_goals.TryGetValue(tenant, out var goal))
        {
            (progress.Total, progress.Done) = (_end, Math.Max(0, _end - Math.Max(0, goal.Left)));
        }

        return progress;
    }

    private long CreditedBy(string tenant) => Math.Max(
        cursor.Current.CreditedBy.GetValueOrDefault(tenant), _met.GetValueOrDefault(tenant));

    private async Task NoteAsync(string tenant, long rulesVersion)
    {
        await cursor.ChangeAsync(durable => durable.WithNote(tenant, rulesVersion));
        Aim(tenant);
    }

    /// <summary>
    /// A whole round is left for a tenant, from here. Only once the note is durable: from then on new events are
    /// credited by these rules anyway.
    /// </summary>
    private void Aim(string tenant)
    {
        if (!cursor.Current.Recrediting.TryGetValue(tenant, out var version))
        {
            return;
        }

        var grown = Math.Max(head(), _end) - _end;
        foreach (var other in _goals.Keys.ToList())
        {
            _goals[other] = _goals[other] with { Left = _goals[other].Left + grown };
        }

        _end += grown;
        // The page that is in hand is swept by older rules; it comes again at the end of the round.
        _goals[tenant] = new Goal(version, _end + _inHand);
    }

    private async Task RunAsync()
    {
        while (_goals.Count > 0 && !stopping.IsCancellationRequested)
        {
            try
            {
                await StepAsync();
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                SweepFailed(logger, failure, shard, Pause);
                await Task.Delay(Pause, time, stopping);
            }
            finally
            {
                _inHand = 0;
            }
        }

        _running = false;
    }

    private Task StepAsync()
    {
        var reached = _goals.Where(goal => goal.Value.Left <= 0).Select(goal => (goal.Key, goal.Value)).ToList();
        return reached.Count > 0 ? FinishAsync(reached) : SweepPageAsync();
    }

    private async Task FinishAsync(List<(string Tenant, Goal Goal)> reached)
    {
        await cursor.ChangeAsync(durable => reached.Aggregate(
            durable, (next, one) => next.WithCredited(one.Tenant, one.Goal.Version)));
        foreach (var (tenant, goal) in reached)
        {
            // Newer rules may have come during the write.
            if (_goals[tenant] == goal)
            {
                _goals.Remove(tenant);
            }
        }
    }

    private async Task SweepPageAsync()
    {
        await NewEventsFirstAsync();
        _at = _at < _end ? _at : 0;
        var wanted = _goals.ToDictionary(goal => goal.Key, goal => goal.Value.Version, StringComparer.Ordinal);
        var size = (int)Math.Min(PageSize, _end - _at);
        _inHand = size;
        var page = await log.ReadAsync(shard, _at, size, stopping);
        Invariant.Holds(page.Count == size, $"shard {shard} reaches {_end}, and ends after {_at + page.Count}");
        var deals = page.Where(record => wanted.ContainsKey(record.Tenant))
            .Select(record => GrainKeys.Of(record.Tenant, DealOf(record)))
            .Distinct(StringComparer.Ordinal);
        var left = new Queue<string>(deals);
        await Task.WhenAll(Enumerable.Range(0, Math.Min(left.Count, settings.RecreditsInFlight))
            .Select(_ => RecreditAsync(left, wanted)));
        stopping.ThrowIfCancellationRequested();
        _at += size;
        foreach (var tenant in wanted.Keys)
        {
            _goals[tenant] = _goals[tenant] with { Left = _goals[tenant].Left - size };
        }
    }

    private async Task RecreditAsync(Queue<string> left, Dictionary<string, long> wanted)
    {
        while (!stopping.IsCancellationRequested && left.TryDequeue(out var key))
        {
            await grains.GetGrain<IDealGrain>(key).Recredit(wanted[GrainKeys.Split(key).Tenant]);
            GrainMeters.CountDeal();
        }
    }

    private async Task NewEventsFirstAsync()
    {
        try
        {
            await newEventsFirst().WaitAsync(LongestWait, time, stopping);
        }
        catch (TimeoutException)
        {
            // They go on coming; this gets one page in between.
        }
    }

    private static string DealOf(LogRecord record) =>
        LoggedEvent.Parser.ParseFrom(record.Payload.Span).Request.Deal.Deal_;

    [LoggerMessage(2, LogLevel.Error,
        "Crediting deals of shard {Shard} anew failed; the page is tried again in {Pause}.")]
    private static partial void SweepFailed(ILogger logger, Exception failure, int shard, TimeSpan pause);

    /// <summary>Rules by which the next events of the circle are still to be credited.</summary>
    private sealed record Goal(long Version, long Left);
}
