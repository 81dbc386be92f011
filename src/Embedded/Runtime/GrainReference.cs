using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Commission.Embedded.Runtime;

/// <summary>A call with its arguments, emitted for each method of a grain interface.</summary>
internal interface IGrainCall
{
    ValueTask Invoke(object grain);
}

/// <inheritdoc cref="IGrainCall"/>
internal interface IGrainCall<TResult>
{
    ValueTask<TResult> Invoke(object grain);
}

/// <summary>
/// The base of the emitted references. A call to an idle activation runs on the caller's thread as a turn of the
/// grain; any other waits in the mailbox.
/// </summary>
internal abstract partial class GrainReference : IAddressable, IEquatable<GrainReference>
{
    private const int MaxInlineDepth = 32;

    [ThreadStatic]
    private static int t_inlineDepth;

    private readonly GrainInterface _interface;
    private Activation? _activation;

    protected GrainReference(GrainInterface grainInterface, string key)
    {
        _interface = grainInterface;
        Key = key;
    }

    internal string Key { get; }

    internal GrainClass Class => _interface.Class;

    public bool Equals(GrainReference? other) =>
        other is not null
        && ReferenceEquals(Class, other.Class)
        && string.Equals(Key, other.Key, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as GrainReference);

    public override int GetHashCode() => HashCode.Combine(Class, Key.GetHashCode(StringComparison.Ordinal));

    public override string ToString() => $"{Class.Type.Name}({Key})";

    internal TGrainInterface As<TGrainInterface>() =>
        this is TGrainInterface same
            ? same
            : (TGrainInterface)(object)Class.Runtime.Reference(typeof(TGrainInterface), Key, Class);

    /// <summary>Puts the request in the mailbox of the grain's activation, a new one if need be.</summary>
    internal void Enqueue(QueuedRequest request)
    {
        Offer offer;
        do
        {
            offer = Resolve().Enqueue(request);
        }
        while (offer == Offer.Gone);

        if (offer == Offer.Refused)
        {
            request.Start!();
        }
    }

    private Activation Resolve()
    {
        var activation = _activation;
        return activation is { IsDead: false } ? activation : _activation = Class.Find(Key);
    }

    private Request NewRequest(int method)
    {
        var about = _interface.Methods[method];
        return SynchronizationContext.Current is Request current
            ? new Request(about.Name, about.Traits, current.IsActive ? current : null)
            : new Request(about.Name, about.Traits | RequestTraits.External, parent: null);
    }

    /// <summary>Nobody waits for it, so it has no chain.</summary>
    private QueuedRequest NewOneWay(int method)
    {
        var request = NewRequest(method);
        return new QueuedRequest(request.Name, request.Traits, parent: null);
    }

    private static QueuedRequest ToQueued(Request request) => new(request.Name, request.Traits, request.Parent);

    private bool TryEnter(Request request, out Grain? grain)
    {
        grain = null;
        return Class.Runtime.AllowsInlineCalls
            && t_inlineDepth < MaxInlineDepth
            && Resolve().OfferInline(request, out grain) == Offer.Inline;
    }

    /// <summary>Waits for the request's turn; what follows runs within it.</summary>
    private readonly struct TurnAwaitable(GrainReference reference, QueuedRequest request) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => false;

        public TurnAwaitable GetAwaiter() => this;

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            request.Start = continuation;
            reference.Enqueue(request);
        }

        public Grain GetResult()
        {
            request.ThrowIfFailed();
            return request.Grain ?? throw new UnreachableException($"{reference} started a request without a grain.");
        }
    }
}
