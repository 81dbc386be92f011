using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Cluster;

/// <summary>A grain that does nothing.</summary>
public interface IEmptyGrain : IGrainWithStringKey
{
    /// <summary>Gives back what it got.</summary>
    [Alias("echo")]
    ValueTask<long> Echo(long number);
}

/// <summary>See <see cref="IEmptyGrain"/>.</summary>
public sealed class EmptyGrain : Grain, IEmptyGrain
{
    /// <inheritdoc/>
    public ValueTask<long> Echo(long number) => ValueTask.FromResult(number);
}

/// <summary>The limit that a cluster's calls are held to: calls of an empty grain, within a silo of nothing else.
/// </summary>
internal static class EmptyCalls
{
    private const int SiloPort = 21311;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Calls a second, of so many callers, each of a grain of its own.</summary>
    public static async Task<double> MeasureAsync(int callers, TimeSpan length)
    {
        using var host = Host.CreateDefaultBuilder()
            .ConfigureLogging(static logging => logging.ClearProviders())
            .UseOrleans(static silo => silo.UseLocalhostClustering(SiloPort, gatewayPort: 0))
            .Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await CallAsync(grains, callers, WarmUp);
        var rate = await CallAsync(grains, callers, length);
        await host.StopAsync();
        return rate;
    }

    private static async Task<double> CallAsync(IGrainFactory grains, int callers, TimeSpan length)
    {
        var start = TimeProvider.System.GetTimestamp();
        var calls = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var grain = grains.GetGrain<IEmptyGrain>($"{caller}");
            var count = 0L;
            while (TimeProvider.System.GetElapsedTime(start) < length)
            {
                var echo = await grain.Echo(count);
                count = echo == count ? count + 1 : throw new InvalidOperationException($"{count} became {echo}.");
            }

            return count;
        })));
        return calls.Sum() / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
