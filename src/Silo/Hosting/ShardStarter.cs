using Commission.Contracts.Grains;
using Commission.Grains;

namespace Commission.Silo.Hosting;

/// <summary>
/// Activates every shard when the silo starts, so that what was logged and not yet credited before a crash is credited
/// now, and not when the next event happens to come. For the same reason it goes on to call them: a shard that was
/// given up, or could not start because the store was out of reach or damaged, has nobody else to bring it back.
/// </summary>
internal sealed partial class ShardStarter(
    IGrainFactory grains, GrainSettings settings, TimeProvider time, ILogger<ShardStarter> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    // What is broken does not get well by itself; but it may be repaired beside the running silo.
    private static readonly TimeSpan FaultPeriod = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, settings.Shards).Select(shard => KeepAsync(shard, stoppingToken)));

    private async Task KeepAsync(int shard, CancellationToken stopping)
    {
        while (true)
        {
            var pause = Period;
            try
            {
                await grains.GetGrain<IShardGrain>(ShardKeys.Of(shard)).WaitApplied(0, stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                // One shard that can't be started, whatever the reason, must not end the silo and all others with it.
                pause = Told(failure, shard);
            }

            await Task.Delay(pause, time, stopping);
        }
    }

    /// <summary>Says so in the log, with the place of damage; the pause before the next attempt.</summary>
    private TimeSpan Told(Exception failure, int shard)
    {
        if (ExpectedFailures.IsPassing(failure))
        {
            NotStarted(logger, failure, shard, Period);
            return Period;
        }

        Faulty(logger, failure, shard, ExpectedFailures.RefusalOf(failure)?.Message ?? failure.Message, FaultPeriod);
        return FaultPeriod;
    }

    [LoggerMessage(200, LogLevel.Warning, "Shard {Shard} could not start; trying again in {Period}.")]
    private static partial void NotStarted(ILogger logger, Exception failure, int shard, TimeSpan period);

    [LoggerMessage(201, LogLevel.Error, "Shard {Shard} can't be served: {Why} Trying again in {Period}.")]
    private static partial void Faulty(ILogger logger, Exception failure, int shard, string why, TimeSpan period);
}
