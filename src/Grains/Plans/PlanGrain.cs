using System.Text;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Mapping;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Plans;

/// <summary>One plan: validates and publishes its versions, and has the payees on it recomputed.</summary>
public sealed class PlanGrain : Grain, IPlanGrain, IDisposable
{
    private const int LongestText = 256 * 1024;

    // So that no call keeps an activation from going for long.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepPeriod = TimeSpan.FromSeconds(30);
    private readonly ICatalog _catalog;
    private readonly PlanLibrary _plans;
    private readonly BusinessCalendar _calendar;
    private readonly GrainSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<PlanGrain> _logger;
    private readonly StateKeeper<RolloutState> _state;
    private readonly CancellationTokenSource _stopping = new();
    private int _publishing;
    private PlanRollout _rollout = null!;
    private string _tenant = "";
    private string _id = "";

    public PlanGrain(
        [PersistentState("rollout", GrainStorageNames.Default)] IPersistentState<RolloutState> rollout,
        ICatalog catalog,
        PlanLibrary plans,
        BusinessCalendar calendar,
        GrainSettings settings,
        TimeProvider time,
        ILogger<PlanGrain> logger)
    {
        (_catalog, _plans, _calendar) = (catalog, plans, calendar);
        (_settings, _time, _logger) = (settings, time, logger);
        _state = new StateKeeper<RolloutState>(rollout, GiveUp);
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_tenant, _id) = GrainKeys.Split(this.GetPrimaryKeyString());
        _rollout = new PlanRollout(
            _tenant, _id, _state, _catalog, GrainFactory, _settings, _time, _logger, _stopping.Token);
        var latest = await _catalog.GetAsync(_tenant, CatalogKinds.Plan, _id, null, cancellationToken);
        if (latest is not null)
        {
            // Whoever published it may have crashed before the rollout was noted.
            await _rollout.BeginAsync(latest.Version, latest.Sequence);
        }

        _rollout.Resume();
        this.RegisterGrainTimer(
            static (self, _) => self.KeepAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = KeepPeriod, Period = KeepPeriod, Interleave = true });
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Within the turn: who waits for it must not go on beside the grain's turns.
        _stopping.Cancel();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc/>
    public ValueTask<ValidatePlanReply> Validate(string text)
    {
        var parsed = Parse(text);
        var reply = new ValidatePlanReply { Valid = parsed.IsValid };
        reply.Problems.AddRange(parsed.Problems.Select(problem => problem.ToApi()));
        if (parsed.IsValid)
        {
            (reply.Plan, reply.Effective) = (parsed.Value!.Id, parsed.Value.Effective.ToText());
        }

        return new(reply);
    }

    /// <inheritdoc/>
    public async Task<Answer<PublishedPlan>> Publish(string text)
    {
        var parsed = Parse(text);
        if (!parsed.IsValid)
        {
            return parsed.Problems.ToRefusals(RefusalReason.PlanInvalid, "text");
        }

        Invariant.Holds(parsed.Value!.Id == _id, $"plan {parsed.Value.Id} was sent to the grain of {_id}");
        try
        {
            _publishing++;
            return await PublishAsync(text);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
        finally
        {
            _publishing--;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<PublishedPlan>> Get(long version)
    {
        var entry = await _catalog.GetAsync(
            _tenant, CatalogKinds.Plan, _id, version == 0 ? null : version, CancellationToken.None);
        return entry is null
            ? Unknown(version)
            : ToApi(_id, entry.Version, Encoding.UTF8.GetString(entry.Document.Span), isRepeat: false);
    }

    /// <inheritdoc/>
    public ValueTask<Answer<Rollout>> GetRollout(long version) =>
        new(_rollout.Version == 0 || version > _rollout.Version ? Unknown(version) : _rollout.ToApi());

    /// <inheritdoc/>
    public async Task<Answer<Rollout>> WaitRollout(long version, CancellationToken cancellation)
    {
        try
        {
            await _rollout.FinishedAsync().WaitAsync(LongestWait, _time, cancellation);
        }
        catch (TimeoutException)
        {
            // The caller learns how far it is, and may wait on.
        }

        return await GetRollout(version);
    }

    /// <inheritdoc/>
    public async Task<Answer<ListPlanVersionsReply>> Versions(ListPlanVersionsRequest request) =>
        PublishedVersions.List(
            request, await _catalog.VersionsAsync(_tenant, CatalogKinds.Plan, _id, CancellationToken.None), _plans);

    /// <inheritdoc/>
    public async Task<Answer<DiffPlanReply>> Diff(DiffPlanRequest request) => PublishedVersions.Diff(
        request, await _catalog.VersionsAsync(_tenant, CatalogKinds.Plan, _id, CancellationToken.None));

    /// <inheritdoc/>
    public ValueTask<Answer<SimulationSummary>> PrepareSimulation(SimulatePlanRequest request)
    {
        var parsed = Parse(request.Text);
        return new(parsed.IsValid
            ? PlanTrial.Prepare(request, parsed.Value!, _calendar.Today)
            : parsed.Problems.ToRefusals(RefusalReason.PlanInvalid, "text"));
    }

    private static Parsed<Plan> Parse(string text) => text.Length <= LongestText
        ? PlanFormat.ParsePlan(text)
        : new Parsed<Plan>(null, [new Problem(ProblemSeverity.Error, "", 1, 1,
            $"The document has {text.Length} characters: expected at most {LongestText}.", null)]);

    private static PublishedPlan ToApi(string id, long version, string text, bool isRepeat)
    {
        var parsed = PlanFormat.ParsePlan(text);
        var reply = new PublishedPlan
        {
            Plan = id,
            Version = version,
            Effective = parsed.Value!.Effective.ToText(),
            Text = text,
            Repeat = isRepeat,
        };
        reply.Warnings.AddRange(parsed.Problems.Select(problem => problem.ToApi()));
        return reply;
    }

    private async Task<PublishedPlan> PublishAsync(string text)
    {
        var put = await _catalog.PutAsync(
            _tenant, CatalogKinds.Plan, _id, null, Encoding.UTF8.GetBytes(text), CancellationToken.None);
        var (version, sequence, isRepeat) = CatalogOutcome.Of(put);
        // Also after a repeat: the first attempt may have failed between the two steps.
        await _rollout.BeginAsync(version, sequence);
        var published = ToApi(_id, version, text, isRepeat);
        published.Rollout = _rollout.ToApi();
        return published;
    }

    /// <summary>Nothing is kept of a plan that there is not: anyone may ask for as many as there are names.</summary>
    private Refusal Unknown(long version)
    {
        if (_publishing == 0 && _rollout.Version == 0)
        {
            DeactivateOnIdle();
        }

        return new(RefusalReason.UnknownPlan, "plan",
            version == 0 ? $"No plan '{_id}' was published." : $"Plan '{_id}' has no version {version}.");
    }

    /// <summary>Stays in memory while payees are being told.</summary>
    private Task KeepAsync()
    {
        DelayDeactivation(_rollout.IsUnderWay ? KeepPeriod * 2 : TimeSpan.Zero);
        return Task.CompletedTask;
    }

    private void GiveUp()
    {
        _stopping.Cancel();
        DeactivateOnIdle();
    }
}
