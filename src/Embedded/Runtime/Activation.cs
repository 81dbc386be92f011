using Commission.Embedded.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Runtime;

/// <summary>What became of a request that was offered to an activation.</summary>
internal enum Offer
{
    /// <summary>The caller has the turn, and must give it back.</summary>
    Inline,

    /// <summary>It will run, or fail, in a later turn.</summary>
    Queued,

    /// <summary>It cannot run on the caller's thread.</summary>
    Busy,

    /// <summary>The activation is dead: look up another.</summary>
    Gone,

    /// <summary>The request has been failed.</summary>
    Refused,
}

internal enum ActivationState
{
    New,
    Activating,
    Active,

    /// <summary>Is to go when the running requests have ended.</summary>
    Draining,
    Deactivating,
    Dead,
}

/// <summary>
/// The place of one grain in memory: who may run next, and the life of the grain object. If requests wait when the
/// grain goes, the same place takes a new grain object; otherwise it dies and leaves the directory.
/// </summary>
internal sealed partial class Activation : TurnQueue, IGrainContext
{
    [ThreadStatic]
    private static Activation? t_constructing;

    private volatile ActivationState _state;
    private Grain? _grain;

    internal Activation(GrainClass grainClass, string key)
        : base(grainClass.Runtime.Scheduler)
    {
        Class = grainClass;
        Key = key;
        Id = grainClass.Runtime.NextActivationId();
        _lastUse = grainClass.Runtime.CoarseTimestamp;
    }

    public string Key { get; }

    public IServiceProvider ActivationServices => Runtime.ServiceProvider;

    /// <summary>The activation whose grain this thread constructs now.</summary>
    internal static Activation? Constructing => t_constructing;

    internal GrainClass Class { get; }

    /// <summary>Counts up in order of creation.</summary>
    internal long Id { get; }

    internal EmbeddedGrainRuntime Runtime => Class.Runtime;

    internal bool IsDead => _state == ActivationState.Dead;

    public override string ToString() => $"{Class.Type.Name}({Key})";

    internal static Activation Of(IGrainBase grain) => (Activation)grain.GrainContext;

    internal TGrainInterface ReferenceAs<TGrainInterface>() => (TGrainInterface)(object)Runtime.Reference(
        typeof(TGrainInterface), Key, Class);

    protected override void OnUnhandled(Exception exception) => LogUnhandled(Runtime.Logger, exception, this);

    [LoggerMessage(1, LogLevel.Error, "Unhandled exception in a turn of {Activation}.")]
    private static partial void LogUnhandled(ILogger logger, Exception exception, Activation activation);

    [LoggerMessage(2, LogLevel.Error, "{Activation} failed while it was deactivated.")]
    private static partial void LogDeactivation(ILogger logger, Exception exception, Activation activation);

    [LoggerMessage(3, LogLevel.Warning, "{Activation} goes, and leaves {Requests} requests that did not end in time.")]
    private static partial void LogDrainLimit(ILogger logger, Activation activation, int requests);
}
