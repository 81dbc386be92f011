using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>Binds each kind of handler to Grpc.AspNetCore's form of it.</summary>
internal sealed class MethodBinder(ServiceMethodProviderContext<CommissionService> context) : IRpcMethodVisitor<bool>
{
    private static readonly IList<object> NoMetadata = [];

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(UnaryMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddUnaryMethod(Describe(method, MethodType.Unary), NoMetadata, (_, request, context) =>
            CallRunner.RunAsync(
                context, async call => await ReadyAsync(await method.Handler(request, call), call)));
        return true;
    }

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(ServerStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddServerStreamingMethod(
            Describe(method, MethodType.ServerStreaming), NoMetadata, (_, request, writer, context) =>
                CallRunner.RunAsync(
                    context, call => CallStreams.WriteAsync(method.Handler(request, call), writer, call)));
        return true;
    }

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(ClientStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddClientStreamingMethod(
            Describe(method, MethodType.ClientStreaming), NoMetadata, (_, reader, context) =>
                CallRunner.RunAsync(
                    context, async call => await ReadyAsync(
                        await method.Handler(CallStreams.ReadAsync(reader, call), call), call)));
        return true;
    }

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(DuplexMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddDuplexStreamingMethod(
            Describe(method, MethodType.DuplexStreaming), NoMetadata, (_, reader, writer, context) =>
                CallRunner.RunAsync(
                    context, call => CallStreams.WriteAsync(
                        method.Handler(CallStreams.ReadAsync(reader, call), call), writer, call)));
        return true;
    }

    private static async Task<TRes> ReadyAsync<TRes>(TRes response, ServedCall call)
        where TRes : class, IMessage<TRes>
    {
        await call.BeginMessageAsync(response.CalculateSize());
        return response;
    }

    private static Method<TReq, TRes> Describe<TReq, TRes>(RpcMethod<TReq, TRes> method, MethodType type)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() => new(
            type,
            method.Descriptor.Service.FullName,
            method.Descriptor.Name,
            MarshallerOf(method.Parser),
            MarshallerOf(new MessageParser<TRes>(() => new TRes())));

    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(
            static (message, serialization) =>
            {
                serialization.SetPayloadLength(message.CalculateSize());
                message.WriteTo(serialization.GetBufferWriter());
                serialization.Complete();
            },
            serialization => Parse(parser, serialization));

    private static T Parse<T>(MessageParser<T> parser, DeserializationContext serialization)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(serialization.PayloadAsReadOnlySequence());
        }
        catch (Exception failure) when (WireFaults.Of(failure) is { } error)
        {
            throw ServedCall.ToException(error);
        }
    }
}
