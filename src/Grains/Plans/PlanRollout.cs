using Commission.Contracts.Grains;
using Commission.Storage;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Plans;

/// <summary>
/// Has the payees on a plan recomputed by its latest version: page by page of the tenant's payees, some at a time, and
/// from the last page that was noted after a crash. A newer version takes its place at once. Only for use inside one
/// grain.
/// </summary>
/// <param name="tenant">The plan's tenant.</param>
/// <param name="plan">The plan.</param>
/// <param name="state">How far it is, durably.</param>
/// <param name="catalog">Lists the payees.</param>
/// <param name="grains">Reaches them.</param>
/// <param name="settings">How many at a time.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of failures.</param>
/// <param name="stopping">Ends it.</param>
internal sealed partial class PlanRollout(
    string tenant, string plan, StateKeeper<RolloutState> state, ICatalog catalog, IGrainFactory grains,
    GrainSettings settings, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    // A multiple of a wave as it is without settings: no page ends with a small one.
    private const int PageSize = 640;
    private const int MostRetrying = 1000;
    private static readonly TimeSpan SavePeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private RolloutState _now = state.Current;
    private TaskCompletionSource? _finished;
    private TimeSpan _pause = FirstPause;
    private long _saved;
    private bool _running;

    /// <summary>The version that payees are recomputed by; 0 before the first.</summary>
    public long Version => _now.Version;

    /// <summary>Whether something is left to do.</summary>
    public bool IsUnderWay => _now.IsUnderWay;

    /// <summary>Notes durably what is to be done, and begins; ignores a version that it has.</summary>
    /// <param name="version">The plan's version.</param>
    /// <param name="sequence">Of its publication, in the tenant's catalog.</param>
    public async Task BeginAsync(long version, long sequence)
    {
        if (version <= state.Current.Version)
        {
            return;
        }

        var begun = new RolloutState
        {
            Version = version, Sequence = sequence, StartedMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        await state.ChangeAsync(before => begun.Version > before.Version ? begun : before);
        _now = begun.Version > _now.Version ? begun : _now;
        Resume();
    }

    /// <summary>Goes on with what is left.</summary>
    public void Resume()
    {
        if (!_running && IsUnderWay)
        {
            _running = true;
            _ = RunAsync();
        }
    }

    /// <summary>Returns when nothing is left to do.</summary>
    public Task FinishedAsync()
    {
        if (!IsUnderWay)
        {
            return Task.CompletedTask;
        }

        // Who waits with a time limit stays in the grain's turns by this, and is not sent by way of another thread.
        _finished ??= new TaskCompletionSource();
        return _finished.Task;
    }

    /// <summary>As the API says it.</summary>
    public Api.Rollout ToApi() => new()
    {
        Plan = plan,
        Version = _now.Version,
        // Payees may come onto the plan meanwhile.
        Total = _now.Total is { } total ? Math.Max(total, _now.Done + _now.Retrying.Length) : 0,
        Done = _now.Done,
        Retrying = _now.Retrying.Length,
        Started = Time(_now.StartedMs),
        Finished = Time(_now.FinishedMs),
    };

    private static Timestamp? Time(long ms) =>
        ms == 0 ? null : Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(ms));

    private async Task RunAsync()
    {
        while (IsUnderWay && !stopping.IsCancellationRequested)
        {
            try
            {
                await StepAsync(_now);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                StepFailed(logger, failure, plan, LongestPause);
                await Task.Delay(LongestPause, time, stopping);
            }
        }

        _running = false;
        if (!IsUnderWay)
        {
            var finished = _finished;
            _finished = null;
            finished?.TrySetResult();
        }
    }

    private Task StepAsync(RolloutState at) => at switch
    {
        { Total: null } => CountAsync(at),
        { IsListed: false, Retrying.Length: < MostRetrying } => TellPageAsync(at),
        { Retrying.Length: > 0 } => TellAgainAsync(at),
        _ => MoveAsync(at, at with { FinishedMs = time.GetUtcNow().ToUnixTimeMilliseconds() }),
    };

    private async Task CountAsync(RolloutState at)
    {
        var total = 0L;
        string? after = null;
        for (var isLast = false; !isLast;)
        {
            var page = await PageAsync(after);
            total += page.Count(IsOnPlan);
            (after, isLast) = (page.Count > 0 ? page[^1].Id : after, page.Count < PageSize);
        }

        await MoveAsync(at, at with { Total = total });
    }

    private async Task TellPageAsync(RolloutState at)
    {
        var page = await PageAsync(at.After);
        var reps = page.Where(IsOnPlan).Select(entry => (entry.Id, entry.Sequence)).ToList();
        var failed = await TellAsync(reps, at);
        await MoveAsync(at, at with
        {
            After = page.Count > 0 ? page[^1].Id : at.After,
            IsListed = page.Count < PageSize,
            Done = at.Done + reps.Count - failed.Count,
            Retrying = [.. at.Retrying, .. failed],
        });
    }

    private async Task TellAgainAsync(RolloutState at)
    {
        await Task.Delay(_pause, time, stopping);
        var failed = await TellAsync([.. at.Retrying.Select(rep => (rep, 0L))], at);
        var pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        _pause = failed.Count < at.Retrying.Length ? FirstPause : pause;
        await MoveAsync(at, at with { Retrying = [.. failed], Done = at.Done + at.Retrying.Length - failed.Count });
    }

    /// <summary>Tells payees, in waves.</summary>
    /// <param name="reps">With the last change of each one's document after the publication; 0: not known.</param>
    /// <param name="at">Of what.</param>
    /// <returns>Those who were told in vain.</returns>
    private async Task<List<string>> TellAsync(IReadOnlyList<(string Rep, long Document)> reps, RolloutState at)
    {
        var failed = await Waves.TellAsync(
            reps,
            settings.RolloutsInFlight,
            next => grains.GetGrain<IRepGrain>(GrainKeys.Of(tenant, next.Rep))
                .PlanPublished(plan, at.Sequence, next.Document),
            (next, failure) => NotTold(logger, failure, next.Rep, plan),
            () => IsCurrent(at),
            time,
            stopping);
        return [.. failed.Select(one => one.Rep)];
    }

    /// <summary>Whether nothing came in between that takes the place of this.</summary>
    private bool IsCurrent(RolloutState at) => _now.Version == at.Version && !stopping.IsCancellationRequested;

    /// <summary>Goes on to the next step, and makes that durable now and then: what is not is done again.</summary>
    private async Task MoveAsync(RolloutState from, RolloutState to)
    {
        if (!IsCurrent(from))
        {
            return;
        }

        if (to.IsUnderWay)
        {
            _now = to;
            if (time.GetElapsedTime(_saved) < SavePeriod)
            {
                return;
            }
        }

        await state.ChangeAsync(before => to.Follows(before) ? to : before);
        _saved = time.GetTimestamp();
        // Before a finished one is shown as such, it is durable.
        _now = IsCurrent(from) ? to : _now;
    }

    private Task<IReadOnlyList<CatalogEntry>> PageAsync(string? after) =>
        catalog.ListAsync(tenant, Crediting.CatalogKinds.Rep, after, PageSize, stopping);

    private bool IsOnPlan(CatalogEntry entry) =>
        Api.Rep.Parser.ParseFrom(entry.Document.Span).Assignments.Any(on => on.Plan == plan);

    [LoggerMessage(4, LogLevel.Error, "Rolling out plan {Plan} failed; it goes on in {Pause}.")]
    private static partial void StepFailed(ILogger logger, Exception failure, string plan, TimeSpan pause);

    [LoggerMessage(5, LogLevel.Warning, "{Rep} could not be recomputed by plan {Plan}; it is tried again.")]
    private static partial void NotTold(ILogger logger, Exception failure, string rep, string plan);
}
