using System.Runtime.ExceptionServices;

namespace Commission.Embedded.Runtime;

[Flags]
internal enum RequestTraits
{
    None = 0,

    /// <summary>May run beside others of its kind.</summary>
    ReadOnly = 1,

    /// <summary>May run beside any.</summary>
    Interleaves = 2,

    /// <summary>A tick or a delivery: belongs to this activation and is dropped with it.</summary>
    Local = 4,

    /// <summary>Came from outside of all grains.</summary>
    External = 8,

    /// <summary>Does not count as use of the grain.</summary>
    Unused = 16,
}

/// <summary>
/// One request of one activation, and the context its awaits return to. The links to the requests that wait for it
/// are the call chain; they are cut when it completes, so a request that nobody waits for has no chain.
/// </summary>
internal class Request(string name, RequestTraits traits, Request? parent) : TurnContext
{
    private Activation? _activation;

    internal static Request? CurrentOrNull => Current as Request;

    internal string Name => name;

    internal RequestTraits Traits => traits;

    internal Request? Parent { get; private set; } = parent;

    internal bool IsActive { get; private set; }

    /// <summary>With which of the activation's grain objects it runs or ran.</summary>
    internal int Life { get; private set; }

    internal Activation Activation => _activation!;

    internal override TurnQueue Queue => _activation!;

    internal bool Has(RequestTraits trait) => (traits & trait) != RequestTraits.None;

    internal void Target(Activation activation) => _activation = activation;

    /// <summary>Begins, with a grain object of the activation.</summary>
    /// <param name="life">Which one: they are counted.</param>
    internal void Begin(int life) => (IsActive, Life) = (true, life);

    internal void End()
    {
        IsActive = false;
        Parent = null;
    }

    /// <summary>For a filter: a stale activation goes; the exception is the caller's all the same.</summary>
    internal bool NoteStale(InconsistentStateException exception)
    {
        if (ReferenceEquals(exception.Activation, _activation))
        {
            Activation.Deactivate(new DeactivationReason(
                DeactivationReasonCode.ApplicationError, "Its state is stale.", exception));
        }

        return false;
    }
}

/// <summary>A request that waits in a mailbox until it is admitted and has its turn.</summary>
internal sealed class QueuedRequest(string name, RequestTraits traits, Request? parent)
    : Request(name, traits, parent)
{
    private ExceptionDispatchInfo? _failure;

    internal QueuedRequest? Next { get; set; }

    /// <summary>Runs the request within its turn, or hands it its failure.</summary>
    internal Action? Start { get; set; }

    /// <summary>The grain; set when the request is admitted.</summary>
    internal Grain? Grain { get; set; }

    internal void Fail(Exception exception) => _failure = ExceptionDispatchInfo.Capture(exception);

    internal void ThrowIfFailed() => _failure?.Throw();
}
