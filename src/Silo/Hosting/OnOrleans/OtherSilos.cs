using Commission.Grains.Journals;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace Commission.Silo.Hosting;

/// <summary>What every silo answers the others about the accounts that are active in it.</summary>
[Alias("commission.live-accounts")]
internal interface ILiveAccountsService : IGrainService
{
    /// <summary>Those of the accounts that are active here without all records up to the given one.</summary>
    [Alias("find-behind")]
    Task<string[]> FindBehind(Dictionary<string, long> ends);
}

/// <summary>Answers the others.</summary>
internal sealed class LiveAccountsService(
    GrainId id, global::Orleans.Runtime.Silo silo, ILoggerFactory logs, LiveAccounts live)
    : GrainService(id, silo, logs), ILiveAccountsService
{
    /// <inheritdoc/>
    public Task<string[]> FindBehind(Dictionary<string, long> ends) => Task.FromResult(live.FindBehind(ends).ToArray());
}

/// <summary>Asks every other silo that may have activations.</summary>
internal sealed class OtherSilos(
    IServiceProvider services, IClusterMembershipService membership, ILocalSiloDetails here)
    : GrainServiceClient<ILiveAccountsService>(services), IOtherSilos
{
    /// <inheritdoc/>
    public async Task<IReadOnlyCollection<string>> FindBehindAsync(IReadOnlyDictionary<string, long> ends)
    {
        // One that stops still has activations. One that joins from now on reads what the ledger has by now.
        var others = membership.CurrentSnapshot.Members.Values
            .Where(static member =>
                member.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping)
            .Select(static member => member.SiloAddress)
            .Where(silo => !silo.Equals(here.SiloAddress))
            .ToList();
        if (others.Count == 0 || ends.Count == 0)
        {
            return [];
        }

        var question = new Dictionary<string, long>(ends, StringComparer.Ordinal);
        var answers = await Task.WhenAll(others.Select(silo => GetGrainService(silo).FindBehind(question)));
        return [.. answers.SelectMany(static behind => behind)];
    }
}
