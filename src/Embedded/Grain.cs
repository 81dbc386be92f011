using Commission.Embedded.Runtime;

namespace Commission.Embedded;

/// <summary>
/// The base of grain classes. The runtime creates one object per activation and runs its code one turn at a time;
/// awaits come back to the activation. <c>ConfigureAwait(false)</c> and <c>Task.Run</c> leave it: code after them
/// runs beside the grain's turns and must not touch its fields.
/// </summary>
public abstract class Grain : IGrainBase, IAddressable
{
    private readonly Activation? _activation = Activation.Constructing;

    /// <summary>The activation this object is the grain of.</summary>
    /// <exception cref="InvalidOperationException">The object was created by hand, not by the runtime.</exception>
    public IGrainContext GrainContext => Activation;

    internal Activation Activation => _activation
        ?? throw new InvalidOperationException($"{GetType()} was created outside of the grain runtime.");

    /// <summary>References to other grains.</summary>
    protected IGrainFactory GrainFactory => Activation.Runtime;

    /// <summary>The services of the process.</summary>
    protected IServiceProvider ServiceProvider => Activation.ActivationServices;

    /// <summary>
    /// Runs before the first request. If it throws, the waiting calls fail with the same exception.
    /// </summary>
    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Runs after the last request. It is not run when the process dies, so nothing may depend on it.
    /// </summary>
    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <summary>Deactivates once the requests that run now have ended; later calls get a new activation.</summary>
    protected void DeactivateOnIdle() => Activation.DeactivateFrom(
        this,
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    /// <summary>Keeps the activation from being collected as idle for at least this long from now.</summary>
    /// <param name="timeSpan">Infinite or at least a century: for good. Zero or negative: no longer delayed.</param>
    protected void DelayDeactivation(TimeSpan timeSpan) => Activation.DelayDeactivation(timeSpan);
}
