using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>Changes many of a tenant's territories at once. Its key is the tenant.</summary>
[Alias("commission.realignment")]
public interface IRealignmentGrain : IGrainWithStringKey
{
    /// <summary>Puts all territories or none, and has recorded deals credited anew; not for dry runs.</summary>
    [Alias("put")]
    Task<Answer<RealignReply>> Put(RealignRequest request);

    /// <summary>Everything that is wrong with a request, before anything is tried; changes nothing.</summary>
    /// <returns>How many territories it would change, and the crediting rules that hold.</returns>
    [AlwaysInterleave]
    [Alias("check")]
    Task<Answer<RealignReply>> Check(RealignRequest request);
}

/// <summary>
/// Works out what territories that are not put would change in the recorded deals of one shard; keeps nothing. Its key
/// is tenant/shard.
/// </summary>
[Alias("commission.realignment-trial")]
public interface IRealignmentTrialGrain : IGrainWithStringKey
{
    /// <summary>Reads every event of the shard.</summary>
    /// <param name="request">Checked already.</param>
    /// <param name="cancellation">Ends it.</param>
    [AlwaysInterleave]
    [Alias("try")]
    Task<Answer<RealignmentPart>> Try(TryRealignment request, CancellationToken cancellation);
}
