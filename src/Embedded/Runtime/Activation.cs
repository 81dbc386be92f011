#pragma warning disable
using Commission.Embedded.Hosting;

namespace Commission.Embedded.Runtime;

internal sealed class Activation(EmbeddedGrainRuntime runtime, string key) : IGrainContext
{
    [ThreadStatic]
    private static Activation? t_constructing;

    internal static Activation? Constructing => t_constructing;

    internal EmbeddedGrainRuntime Runtime { get; } = runtime;

    public string Key { get; } = key;

    public IServiceProvider ActivationServices => Runtime.ServiceProvider;

    internal static Activation Of(IGrainBase grain) => (Activation)grain.GrainContext;

    public void Deactivate(DeactivationReason reason) => throw new InvalidOperationException($"{reason}");

    internal void DeactivateFrom(Grain grain, DeactivationReason reason) => throw new InvalidOperationException($"{grain} {reason}");

    internal void DelayDeactivation(TimeSpan timeSpan) => throw new InvalidOperationException($"{timeSpan}");

    internal T ReferenceAs<T>() => throw new InvalidOperationException(Key);

    internal IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        throw new InvalidOperationException($"{callback} {options}");
}
