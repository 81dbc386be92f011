using System.Runtime.InteropServices;
using Commission.Gateway.Grpc.Health;
using Commission.Silo.Configuration;

namespace Commission.Silo.Hosting;

/// <summary>
/// Between the signal to stop and stopping, leaves load balancers the time to send calls elsewhere: the health says
/// NOT_SERVING, and calls are still answered. A second signal stops at once.
/// </summary>
internal sealed partial class DrainingLifetime(
    HealthState health, SiloSettings settings, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<DrainingLifetime> logger) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _told;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Stop();
            }));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _signals.ForEach(static signal => signal.Dispose());

    /// <summary>What a signal does.</summary>
    internal void Stop()
    {
        if (Interlocked.Increment(ref _told) > 1)
        {
            lifetime.StopApplication();
            return;
        }

        health.Stop("The silo is stopping.");
        _ = DrainAsync(TimeSpan.FromSeconds(settings.Cluster.DrainSeconds));
    }

    private async Task DrainAsync(TimeSpan drain)
    {
        LogDraining(logger, drain);
        await Task.Delay(drain, time);
        lifetime.StopApplication();
    }

    [LoggerMessage(1, LogLevel.Information, "Told to stop: health is NOT_SERVING, and calls are answered for {Drain}.")]
    private static partial void LogDraining(ILogger logger, TimeSpan drain);
}
