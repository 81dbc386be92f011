using Commission.Embedded.Streams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Commission.Embedded.Hosting;

/// <summary>Adds the grain runtime to a process.</summary>
public static class EmbeddedGrainsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IGrainFactory"/>, <see cref="IClusterClient"/>, <see cref="EmbeddedGrainRuntime"/>, the named
    /// stores and streams, and a hosted service that starts and stops the grains. A <see cref="TimeProvider"/>, an
    /// <see cref="ITurnScheduler"/> and an <see cref="IGrainStateSerializer"/> that are registered already are used.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(
        this IServiceCollection services, Action<EmbeddedGrainOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EmbeddedGrainOptions();
        configure(options);
        services.AddLogging();
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITurnScheduler, ThreadPoolTurnScheduler>();
        services.TryAddSingleton<IGrainStateSerializer>(static _ => new JsonGrainStateSerializer());
        services.AddSingleton<EmbeddedGrainRuntime>();
        services.AddSingleton<IClusterClient>(Runtime);
        services.AddSingleton<IGrainFactory>(Runtime);
        services.AddSingleton<IHostedService>(Runtime);
        AddNamed(services, options);
        return services;
    }

    private static EmbeddedGrainRuntime Runtime(IServiceProvider services) =>
        services.GetRequiredService<EmbeddedGrainRuntime>();

    private static void AddNamed(IServiceCollection services, EmbeddedGrainOptions options)
    {
        foreach (var (name, factory) in options.Storages)
        {
            services.AddKeyedSingleton(name, (provider, _) => factory(provider));
        }

        foreach (var (name, queueLimit) in options.Streams)
        {
            services.AddKeyedSingleton<IStreamProvider>(
                name, (provider, _) => new MemoryStreamProvider(name, queueLimit, Runtime(provider)));
        }
    }
}
