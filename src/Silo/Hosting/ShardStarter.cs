using Commission.Contracts.Grains;
using Commission.Grains;
using Commission.Grains.Journals;

namespace Commission.Silo.Hosting;

/// <summary>
/// Activates every shard when the silo starts, so that what was logged and not yet credited before a crash is credited
/// now, and not when the next event happens to come. For the same reason it goes on to call them: a shard that was
/// given up, or could not start because the store was out of reach, has nobody else to bring it back.
/// </summary>
internal sealed partial class ShardStarter(
    IGrainFactory grains, GrainSettings settings, TimeProvider time, ILogger<ShardStarter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, settings.Shards).Select(shard => KeepAsync(shard, stoppingToken)));

    private async Task KeepAsync(int shard, CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await grains.GetGrain<IShardGrain>(ShardKeys.Of(shard)).WaitApplied(0, stopping);
            }
            catch (Exception failure) when (StoreFailures.IsExpected(failure))
            {
                NotStarted(logger, failure, shard, Period);
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    [LoggerMessage(200, LogLevel.Warning, "Shard {Shard} could not start; trying again in {Period}.")]
    private static partial void NotStarted(ILogger logger, Exception failure, int shard, TimeSpan period);
}
