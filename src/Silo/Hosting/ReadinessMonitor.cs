using Commission.Contracts.Grains;
using Commission.Gateway.Grpc.Health;
using Commission.Grains;
using Commission.Grains.Journals;
using Commission.Storage;

namespace Commission.Silo.Hosting;

/// <summary>
/// Keeps the health state: calls are taken once every shard has answered, while the store can be read, until the silo
/// stops. A store that takes no writes is no reason: figures can still be read, and each write says so itself.
/// </summary>
internal sealed partial class ReadinessMonitor(
    IGrainStateStore store,
    IGrainFactory grains,
    GrainSettings settings,
    HealthState health,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<ReadinessMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private bool _hasStarted;

    /// <summary>Looks once, and tells the health state.</summary>
    internal async Task CheckAsync(CancellationToken cancellation)
    {
        var reason = await FindReasonAsync(cancellation);
        if (reason is null)
        {
            health.Serve();
            return;
        }

        if (reason != health.Reason)
        {
            LogRefusing(logger, reason);
        }

        health.Refuse(reason);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var registration = lifetime.ApplicationStopping.Register(
            () => health.Stop("The silo is stopping."));
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await CheckAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Why calls can't be answered now, or null.</summary>
    private async Task<string?> FindReasonAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await StoreShards.ReadAsync(store, either.Token);
            if (!_hasStarted)
            {
                await Task.WhenAll(Enumerable.Range(0, settings.Shards).Select(shard =>
                    grains.GetGrain<IShardGrain>(ShardKeys.Of(shard)).WaitApplied(0, either.Token)));
                _hasStarted = true;
            }

            return null;
        }
        catch (Exception failure) when (failure is StorageException || StoreFailures.IsExpected(failure))
        {
            return "The store is out of reach.";
        }
        catch (Exception failure) when (Composition.RefusalOf(failure) is not null)
        {
            return "Not every shard answers yet.";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return _hasStarted ? "The store does not answer." : "The silo is starting.";
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogFault(logger, failure);
            return "The silo is at fault; its log says more.";
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Health is NOT_SERVING: {Reason}")]
    private static partial void LogRefusing(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Error, "Readiness could not be found out.")]
    private static partial void LogFault(ILogger logger, Exception failure);
}
