using Commission.Contracts.Grains;
using Commission.Grains;
using Commission.Grains.Shards;
using Orleans.Core.Internal;
using Orleans.Serialization.TypeSystem;

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

    // A caller who remembers where a shard was may come first, and activate it there again: mostly a few attempts do.
    // There is an end, because silos of two versions may differ in which of them take a shard.
    private const int MostAttempts = 60;

    // A shard that was between two activations when it was looked for was found nowhere, and may have come up anywhere:
    // where nothing was to be fetched it is looked again, but not soon.
    private const int PeriodsOfRest = 12;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var seen = MembershipVersion.MinValue;
        var (left, rest) = (MostAttempts, 0);
        while (true)
        {
            await Task.Delay(Period, time, stoppingToken);
            var now = membership.CurrentSnapshot;
            if (now.Version != seen)
            {
                (seen, left, rest) = (now.Version, MostAttempts, 0);
            }
            else if (rest > 0)
            {
                rest--;
            }
            else if (left > 0)
            {
                (left, rest) = await FetchAllAsync(now, stoppingToken) ? (left, PeriodsOfRest) : (left - 1, 0);
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

        try
        {
            var isDone = true;
            foreach (var (shard, at) in await ActiveElsewhereAsync())
            {
                if (ShardShare.OwnerOf(shard, settings.Shards, silos).Equals(here.SiloAddress))
                {
                    isDone = false;
                    await TryFetchAsync(shard, at, stopping);
                }
            }

            return isDone;
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            LogNotFound(logger, failure, Period);
            return false;
        }
    }

    /// <summary>
    /// The shards that are active on other silos. Each silo is asked what it has: the directory would be asked through
    /// caches, which learn of a move only when they next send something.
    /// </summary>
    private async Task<IEnumerable<(int Shard, SiloAddress At)>> ActiveElsewhereAsync()
    {
        var type = RuntimeTypeNameFormatter.Format(typeof(ShardGrain));
        var active = await grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics([type]);
        return active.Where(one => !one.SiloAddress.Equals(here.SiloAddress))
            .Select(static one => (ShardKeys.Number(one.GrainId.Key.ToString() ?? ""), one.SiloAddress));
    }

    private async Task TryFetchAsync(int number, SiloAddress at, CancellationToken stopping)
    {
        try
        {
            LogFetching(logger, number, at);
            var shard = grains.GetGrain<IShardGrain>(ShardKeys.Of(number));
            await shard.AsReference<IGrainManagementExtension>().DeactivateOnIdle(stopping);
            // Nobody else may call it soon; and what it has not credited yet is credited from now on here.
            await shard.WaitApplied(0, stopping);
        }
        catch (Exception failure) when (!stopping.IsCancellationRequested)
        {
            // One that can't be fetched, whatever the reason, must not end the silo, nor keep the others away.
            LogNotFetched(logger, failure, number, Period);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Shard {Shard} belongs here, and is fetched from {Silo}.")]
    private static partial void LogFetching(ILogger logger, int shard, SiloAddress silo);

    [LoggerMessage(2, LogLevel.Warning, "Shard {Shard} belongs here, and could not be fetched; again in {Period}.")]
    private static partial void LogNotFetched(ILogger logger, Exception failure, int shard, TimeSpan period);

    [LoggerMessage(3, LogLevel.Warning, "Which silos have which shards could not be found out; again in {Period}.")]
    private static partial void LogNotFound(ILogger logger, Exception failure, TimeSpan period);
}
