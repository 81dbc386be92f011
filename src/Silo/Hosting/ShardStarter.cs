using Commission.Contracts.Grains;
using Commission.Grains;

namespace Commission.Silo.Hosting;

/// <summary>
/// Activates every shard when the silo starts, so that what was logged and not yet credited before a crash is credited
/// now, and not when the next event happens to come.
/// </summary>
internal sealed class ShardStarter(IGrainFactory grains, GrainSettings settings) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, settings.Shards)
            .Select(shard => grains.GetGrain<IShardGrain>(ShardKeys.Of(shard)).WaitApplied(0, stoppingToken)));
}
