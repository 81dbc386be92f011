using Commission.Contracts.Grains;
using Commission.Grains;
using Orleans.Core.Internal;

namespace Commission.Silo.Hosting;

/// <summary>
/// Once the members of the cluster have been the same for some seconds, fetches the shards that belong to this silo and
/// are still on another, one at a time: shards are always called, so that nothing else would ever move them.
/// </summary>
internal sealed partial class ShardMover(
    IGrainFactory grains, IClusterMembershipService membership, ILocalSiloDetails here, GrainSettings settings,
    TimeProvider time, ILogger<ShardMover> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // Silos of two versions may differ in which of them take a shard.
    private const int MostAttempts = 5;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = MembershipVersion.MinValue;
        var left = MostAttempts;
        while (true)
        {
            await Task.Delay(Period, time, stoppingToken);
            var now = membership.CurrentSnapshot;
            if (now.Version != seen)
            {
                (seen, left) = (now.Version, MostAttempts);
            }
            else if (left > 0)
            {
                left = await FetchAllAsync(now, stoppingToken) ? 0 : left - 1;
            }
        }
    }

    /// <summary>False: not all were here already; it is to be looked at again.</summary>
    private async Task<bool> FetchAllAsync(ClusterMembershipSnapshot members, CancellationToken stopping)
    {
        var silos = members.Members.Values.Where(static member => member.Status == SiloStatus.Active)
            .Select(static member => member.SiloAddress).ToList();
        if (!silos.Contains(here.SiloAddress))
        {
            return false;
        }

        var mine = Enumerable.Range(0, settings.Shards)
            .Where(shard => ShardShare.OwnerOf(shard, settings.Shards, silos).Equals(here.SiloAddress));
        var isDone = true;
        foreach (var shard in mine)
        {
            isDone &= await TryFetchAsync(shard, stopping);
        }

        return isDone;
    }

    private async Task<bool> TryFetchAsync(int shard, CancellationToken stopping)
    {
        try
        {
            return await FetchAsync(shard, stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            // One that can't be fetched, whatever the reason, must not end the silo, nor keep the others away.
            LogNotFetched(logger, failure, shard, Period);
            return false;
        }
    }

    /// <summary>True: it was here already. One that is fetched may for a moment be activated by a silo that does not
    /// know yet where it belongs.</summary>
    private async Task<bool> FetchAsync(int number, CancellationToken stopping)
    {
        var shard = grains.GetGrain<IShardGrain>(ShardKeys.Of(number));
        var at = await grains.GetGrain<IManagementGrain>(0).GetActivationAddress(shard);
        if (at is null || at.Equals(here.SiloAddress))
        {
            return true;
        }

        LogFetching(logger, number, at);
        await shard.AsReference<IGrainManagementExtension>().DeactivateOnIdle();
        // Nobody else may call it soon; and what it has not credited yet is credited from now on here.
        await shard.WaitApplied(0, stopping);
        return false;
    }

    [LoggerMessage(1, LogLevel.Information, "Shard {Shard} belongs here, and is fetched from {Silo}.")]
    private static partial void LogFetching(ILogger logger, int shard, SiloAddress silo);

    [LoggerMessage(2, LogLevel.Warning, "Shard {Shard} belongs here, and could not be fetched; again in {Period}.")]
    private static partial void LogNotFetched(ILogger logger, Exception failure, int shard, TimeSpan period);
}
