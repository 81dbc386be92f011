using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc;

/// <summary>Which sides of a call are streams.</summary>
public enum RpcKind
{
    /// <summary>One request, one response.</summary>
    Unary,

    /// <summary>One request, any number of responses.</summary>
    ServerStream,

    /// <summary>Any number of requests, one response.</summary>
    ClientStream,

    /// <summary>Any number of both, independent of each other.</summary>
    Duplex,
}

/// <summary>A method and its handler, seen without its types; <see cref="Accept"/> gives them back.</summary>
public abstract class RpcMethod
{
    private protected RpcMethod(MethodDescriptor descriptor, RpcKind kind)
    {
        Descriptor = descriptor;
        Kind = kind;
        FullName = descriptor.FullName;
        LogicalName = $"{descriptor.Service.FullName}/{descriptor.Name}";
        Path = $"/{LogicalName}";
    }

    /// <summary>What the proto file says of the method.</summary>
    public MethodDescriptor Descriptor { get; }

    /// <summary>Which sides are streams, as the handler has it.</summary>
    public RpcKind Kind { get; }

    /// <summary>Package, service and method, such as `commission.v1.Earnings.GetEstimate`.</summary>
    public string FullName { get; }

    /// <summary>As traces and metrics have it, such as `commission.v1.Earnings/GetEstimate`.</summary>
    public string LogicalName { get; }

    /// <summary>The path of gRPC, such as `/commission.v1.Earnings/GetEstimate`.</summary>
    public string Path { get; }

    /// <summary>The message type of the handler's requests.</summary>
    public abstract MessageDescriptor RequestType { get; }

    /// <summary>The message type of the handler's responses.</summary>
    public abstract MessageDescriptor ResponseType { get; }

    /// <summary>Calls the visitor's method for this kind with the method's own types.</summary>
    public abstract T Accept<T>(IRpcMethodVisitor<T> visitor);
}

/// <summary>A method with its message types; the base of the four kinds.</summary>
/// <typeparam name="TReq">The request message.</typeparam>
/// <typeparam name="TRes">The response message.</typeparam>
public abstract class RpcMethod<TReq, TRes> : RpcMethod
    where TReq : class, IMessage<TReq>, new()
    where TRes : class, IMessage<TRes>, new()
{
    private protected RpcMethod(MethodDescriptor descriptor, RpcKind kind)
        : base(descriptor, kind)
    {
    }

    /// <summary>Parses requests.</summary>
    public MessageParser<TReq> Parser { get; } = new(() => new TReq());

    /// <inheritdoc/>
    public override MessageDescriptor RequestType { get; } = new TReq().Descriptor;

    /// <inheritdoc/>
    public override MessageDescriptor ResponseType { get; } = new TRes().Descriptor;
}

/// <summary>One request, one response.</summary>
public sealed class UnaryMethod<TReq, TRes>(
    MethodDescriptor descriptor,
    Func<TReq, RpcContext, ValueTask<TRes>> handler) : RpcMethod<TReq, TRes>(descriptor, RpcKind.Unary)
    where TReq : class, IMessage<TReq>, new()
    where TRes : class, IMessage<TRes>, new()
{
    /// <summary>The handler.</summary>
    public Func<TReq, RpcContext, ValueTask<TRes>> Handler { get; } = handler;

    /// <inheritdoc/>
    public override T Accept<T>(IRpcMethodVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>One request, a stream of responses.</summary>
public sealed class ServerStreamMethod<TReq, TRes>(
    MethodDescriptor descriptor,
    Func<TReq, RpcContext, IAsyncEnumerable<TRes>> handler) : RpcMethod<TReq, TRes>(descriptor, RpcKind.ServerStream)
    where TReq : class, IMessage<TReq>, new()
    where TRes : class, IMessage<TRes>, new()
{
    /// <summary>The handler.</summary>
    public Func<TReq, RpcContext, IAsyncEnumerable<TRes>> Handler { get; } = handler;

    /// <inheritdoc/>
    public override T Accept<T>(IRpcMethodVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A stream of requests, one response.</summary>
public sealed class ClientStreamMethod<TReq, TRes>(
    MethodDescriptor descriptor,
    Func<IAsyncEnumerable<TReq>, RpcContext, ValueTask<TRes>> handler)
    : RpcMethod<TReq, TRes>(descriptor, RpcKind.ClientStream)
    where TReq : class, IMessage<TReq>, new()
    where TRes : class, IMessage<TRes>, new()
{
    /// <summary>The handler.</summary>
    public Func<IAsyncEnumerable<TReq>, RpcContext, ValueTask<TRes>> Handler { get; } = handler;

    /// <inheritdoc/>
    public override T Accept<T>(IRpcMethodVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>A stream of requests, a stream of responses, independent of each other.</summary>
public sealed class DuplexMethod<TReq, TRes>(
    MethodDescriptor descriptor,
    Func<IAsyncEnumerable<TReq>, RpcContext, IAsyncEnumerable<TRes>> handler)
    : RpcMethod<TReq, TRes>(descriptor, RpcKind.Duplex)
    where TReq : class, IMessage<TReq>, new()
    where TRes : class, IMessage<TRes>, new()
{
    /// <summary>The handler.</summary>
    public Func<IAsyncEnumerable<TReq>, RpcContext, IAsyncEnumerable<TRes>> Handler { get; } = handler;

    /// <inheritdoc/>
    public override T Accept<T>(IRpcMethodVisitor<T> visitor) => visitor.Visit(this);
}

/// <summary>What a protocol makes of each kind of method.</summary>
/// <typeparam name="T">The result, such as a request delegate.</typeparam>
public interface IRpcMethodVisitor<out T>
{
    /// <summary>A unary method.</summary>
    T Visit<TReq, TRes>(UnaryMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new();

    /// <summary>A server-streaming method.</summary>
    T Visit<TReq, TRes>(ServerStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new();

    /// <summary>A client-streaming method.</summary>
    T Visit<TReq, TRes>(ClientStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new();

    /// <summary>A method that streams both ways.</summary>
    T Visit<TReq, TRes>(DuplexMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new();
}
