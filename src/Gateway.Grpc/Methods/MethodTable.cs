using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc;

/// <summary>
/// Every method that the server offers, with its handler. Filled at start, checked by <see cref="Complete"/>, then read
/// by whatever serves it; it is not changed afterwards.
/// </summary>
public sealed class MethodTable
{
    private readonly Dictionary<string, RpcMethod> _methods = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private readonly GuardedHandlers _guarded;

    /// <summary>Creates an empty table.</summary>
    public MethodTable() => _guarded = new GuardedHandlers(this);

    /// <summary>The methods, in the order in which they were added.</summary>
    public IReadOnlyCollection<RpcMethod> Methods => _methods.Values;

    /// <summary>
    /// What every call passes before its request is read: who calls, how often. It throws <see cref="RpcError"/> to
    /// refuse, and keeps what it found with <see cref="RpcContext.Set{T}"/>. Null when there is none.
    /// </summary>
    public Func<RpcContext, ValueTask>? Gate { get; set; }

    /// <summary>
    /// Asked about every request before its handler sees it, whatever protocol brought it. Null: everything may be
    /// called by everyone.
    /// </summary>
    public ICallGuard? Guard { get; set; }

    /// <summary>How many calls are under way at a time, refused beyond; null for any number.</summary>
    public CallLimits? Limits { get; set; }

    /// <summary>
    /// Told of every call as it ends, with its status: for counts and logs. It must neither wait nor throw. Null when
    /// there is none.
    /// </summary>
    public Action<RpcContext, RpcStatus>? Ended { get; set; }

    /// <summary>
    /// What a handler's exception means to the caller, if it is one that callers may expect; null for a bug, which is
    /// logged. <see cref="RpcError"/> speaks for itself and is not asked about. Null when there is nothing to expect.
    /// </summary>
    public Func<Exception, RpcError?>? Expected { get; set; }

    /// <summary>Adds the handler of a method with one request and one response.</summary>
    public MethodTable Unary<TReq, TRes>(
        ServiceDescriptor service, string method, Func<TReq, RpcContext, ValueTask<TRes>> handler)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        Add(service, method, d => new UnaryMethod<TReq, TRes>(d, _guarded.Unary(handler)));

    /// <summary>
    /// Adds the handler of a method with a stream of responses. The enumerator is given the call's cancellation token,
    /// and is always disposed.
    /// </summary>
    public MethodTable ServerStream<TReq, TRes>(
        ServiceDescriptor service, string method, Func<TReq, RpcContext, IAsyncEnumerable<TRes>> handler)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        Add(service, method, d => new ServerStreamMethod<TReq, TRes>(d, _guarded.ServerStream(handler)));

    /// <summary>Adds the handler of a method with a stream of requests, which can be enumerated once.</summary>
    public MethodTable ClientStream<TReq, TRes>(
        ServiceDescriptor service, string method, Func<IAsyncEnumerable<TReq>, RpcContext, ValueTask<TRes>> handler)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        Add(service, method, d => new ClientStreamMethod<TReq, TRes>(d, _guarded.ClientStream(handler)));

    /// <summary>Adds the handler of a method that streams both ways; neither side waits for the other.</summary>
    public MethodTable Duplex<TReq, TRes>(
        ServiceDescriptor service,
        string method,
        Func<IAsyncEnumerable<TReq>, RpcContext, IAsyncEnumerable<TRes>> handler)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        Add(service, method, d => new DuplexMethod<TReq, TRes>(d, _guarded.Duplex(handler)));

    /// <summary>Checks that every method of these services has a handler of its kind and types.</summary>
    /// <returns>This table.</returns>
    /// <exception cref="InvalidOperationException">Names every method that is missing or doesn't match.</exception>
    public MethodTable Complete(params IEnumerable<ServiceDescriptor> services)
    {
        var missing = services.SelectMany(s => s.Methods)
            .Where(m => !_methods.ContainsKey(m.FullName))
            .Select(m => $"{m.FullName} has no handler");
        string[] faults = [.. _faults, .. missing, .. _methods.Values.SelectMany(Mismatches)];
        return faults.Length == 0
            ? this
            : throw new InvalidOperationException($"The method table is wrong: {string.Join("; ", faults)}.");
    }

    private MethodTable Add(ServiceDescriptor service, string name, Func<MethodDescriptor, RpcMethod> create)
    {
        var descriptor = service.FindMethodByName(name);
        if (descriptor is null)
        {
            _faults.Add($"{service.FullName} has no method {name}");
        }
        else if (!_methods.TryAdd(descriptor.FullName, create(descriptor)))
        {
            _faults.Add($"{descriptor.FullName} has two handlers");
        }

        return this;
    }

    private static IEnumerable<string> Mismatches(RpcMethod method)
    {
        var described = (method.Descriptor.IsClientStreaming, method.Descriptor.IsServerStreaming) switch
        {
            (false, false) => RpcKind.Unary,
            (false, true) => RpcKind.ServerStream,
            (true, false) => RpcKind.ClientStream,
            _ => RpcKind.Duplex,
        };
        if (described != method.Kind)
        {
            yield return $"{method.FullName} is {described} and its handler {method.Kind}";
        }

        if (method.Descriptor.InputType.FullName != method.RequestType.FullName)
        {
            yield return $"{method.FullName} takes {method.Descriptor.InputType.FullName} "
                + $"and its handler {method.RequestType.FullName}";
        }

        if (method.Descriptor.OutputType.FullName != method.ResponseType.FullName)
        {
            yield return $"{method.FullName} returns {method.Descriptor.OutputType.FullName} "
                + $"and its handler {method.ResponseType.FullName}";
        }
    }
}
