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

    /// <summary>Publishes a version and has the payees on it recomputed.</summary>
    [Alias("publish")]
    Task<Answer<PublishedPlan>> Publish(string text);

    /// <summary>A version; 0: the latest.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("get")]
    ValueTask<Answer<PublishedPlan>> Get(long version);
}

/// <summary>A tenant's lists. Its key is the tenant.</summary>
[Alias("commission.directory")]
public interface IDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Payees in ordinal order of their ids.</summary>
    [AlwaysInterleave]
    [Alias("list-reps")]
    Task<Answer<ListRepsReply>> ListReps(ListRepsRequest request);
}
