using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>One plan: its published versions. Its key is tenant/plan.</summary>
[Alias("commission.plan")]
public interface IPlanGrain : IGrainWithStringKey
{
    /// <summary>Every problem of a document; publishes nothing. Any key will do.</summary>
    [AlwaysInterleave]
    [Alias("validate")]
    ValueTask<ValidatePlanReply> Validate(string text);

    /// <summary>Publishes a version; the payees on it are recomputed in the background.</summary>
    [Alias("publish")]
    Task<Answer<PublishedPlan>> Publish(string text);

    /// <summary>A version; 0: the latest.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("get")]
    ValueTask<Answer<PublishedPlan>> Get(long version);

    /// <summary>
    /// How far payees are recomputed by the latest version. Takes up what a crash has interrupted.
    /// </summary>
    /// <param name="version">At least this one; 0: the latest.</param>
    [AlwaysInterleave]
    [Alias("get-rollout")]
    ValueTask<Answer<Rollout>> GetRollout(long version);

    /// <summary>
    /// As <see cref="GetRollout"/>, when the rollout is finished; after some seconds as it is then: call again.
    /// </summary>
    /// <param name="version">At least this one; 0: the latest.</param>
    /// <param name="cancellation">Ends the wait.</param>
    [AlwaysInterleave]
    [Alias("wait-rollout")]
    Task<Answer<Rollout>> WaitRollout(long version, CancellationToken cancellation);

    /// <summary>A page of the published versions, the latest first.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("versions")]
    Task<Answer<ListPlanVersionsReply>> Versions(ListPlanVersionsRequest request);

    /// <summary>What changed from one version to another.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("diff")]
    Task<Answer<DiffPlanReply>> Diff(DiffPlanRequest request);

    /// <summary>Whether a simulation can be, and of which span; the plan need not be published.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("prepare-simulation")]
    ValueTask<Answer<SimulationSummary>> PrepareSimulation(SimulatePlanRequest request);
}

/// <summary>A tenant's lists. Its key is the tenant.</summary>
[Alias("commission.directory")]
public interface IDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Payees in ordinal order of their ids.</summary>
    [AlwaysInterleave]
    [Alias("list-reps")]
    Task<Answer<ListRepsReply>> ListReps(ListRepsRequest request);

    /// <summary>Whether a payee reports to another, directly or through others; nobody reports to himself.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("is-below")]
    ValueTask<bool> IsBelow(string manager, string rep);

    /// <summary>
    /// Whether a territory, with those below it, has members at all, and each is the payee or (if
    /// <paramref name="withTeam"/>) reports to him; false if there is no such territory.
    /// </summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("has-territory")]
    ValueTask<bool> HasTerritory(string rep, bool withTeam, string territory);

    /// <summary>
    /// Whether any assignment, past or future ones included, of a payee or (if <paramref name="withTeam"/>) of one who
    /// reports to him, is to a plan.
    /// </summary>
    [AlwaysInterleave]
    [Alias("is-on-plan")]
    ValueTask<bool> IsOnPlan(string rep, bool withTeam, string plan);

    /// <summary>
    /// Whether a payee, or (if <paramref name="withTeam"/>) one who reports to him, is today a member of a territory or
    /// of one below it.
    /// </summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("is-in-territory")]
    ValueTask<bool> IsInTerritory(string rep, bool withTeam, string territory);

    /// <summary>Those who report to a manager, level by level, each level in ordinal order.</summary>
    /// <param name="manager">A payee.</param>
    /// <param name="depth">How many levels, at least 1.</param>
    /// <param name="most">With more than that the answer is a refusal.</param>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("team")]
    Task<Answer<TeamList>> Team(string manager, int depth, int most);

    /// <summary>Territories in ordinal order of their ids.</summary>
    [AlwaysInterleave]
    [Alias("list-territories")]
    Task<Answer<ListTerritoriesReply>> ListTerritories(ListTerritoriesRequest request);

    /// <summary>A page of a tree, without totals.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("tree")]
    ValueTask<Answer<TreePage>> Tree(TerritoryTreeRequest request);

    /// <summary>A page of the members of a territory and of those below it.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("members")]
    ValueTask<Answer<TerritoryMembersReply>> Members(TerritoryMembersRequest request);
}
