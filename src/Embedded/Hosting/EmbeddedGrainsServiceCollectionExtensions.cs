using Microsoft.Extensions.DependencyInjection;

namespace Commission.Embedded.Hosting;

/// <summary>Adds the grain runtime to a process.</summary>
public static class EmbeddedGrainsServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IGrainFactory"/>, <see cref="IClusterClient"/>, <see cref="EmbeddedGrainRuntime"/>, the named stores and
    /// streams, and a hosted service that starts and stops the grains. A <see cref="TimeProvider"/>, an
    /// <see cref="ITurnScheduler"/> and an <see cref="IGrainStateSerializer"/> that are registered already are used.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(
        this IServiceCollection services, Action<EmbeddedGrainOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EmbeddedGrainOptions();
        configure(options);
        services.AddSingleton(options);
        return services;
    }
}
