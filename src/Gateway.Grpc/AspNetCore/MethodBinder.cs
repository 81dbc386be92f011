using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>Binds each kind of handler to Grpc.AspNetCore's form of it.</summary>
internal sealed class MethodBinder(CallRunner runner, ServiceMethodProviderContext<CommissionService> context)
    : IRpcMethodVisitor<bool>
{
    private static readonly IList<object> NoMetadata = [];

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(UnaryMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddUnaryMethod(Describe(method, MethodType.Unary), NoMetadata, (_, request, call) =>
            runner.RunAsync(method, call, async rpc => await method.Handler(request, rpc)));
        return true;
    }

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(ServerStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddServerStreamingMethod(
            Describe(method, MethodType.ServerStreaming), NoMetadata, (_, request, writer, call) =>
                runner.RunAsync(method, call, rpc => WriteAsync(method.Handler(request, rpc), writer, rpc)));
        return true;
    }

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(ClientStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddClientStreamingMethod(
            Describe(method, MethodType.ClientStreaming), NoMetadata, (_, reader, call) =>
                runner.RunAsync(method, call, async rpc => await method.Handler(reader.ReadAllAsync(), rpc)));
        return true;
    }

    /// <inheritdoc/>
    public bool Visit<TReq, TRes>(DuplexMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        context.AddDuplexStreamingMethod(
            Describe(method, MethodType.DuplexStreaming), NoMetadata, (_, reader, writer, call) =>
                runner.RunAsync(
                    method, call, rpc => WriteAsync(method.Handler(reader.ReadAllAsync(), rpc), writer, rpc)));
        return true;
    }

    private static async Task<bool> WriteAsync<TRes>(
        IAsyncEnumerable<TRes> responses, IServerStreamWriter<TRes> writer, ServerContext rpc)
    {
        await foreach (var response in responses.WithCancellation(rpc.CancellationToken))
        {
            await rpc.SendHeadersAsync();
            await writer.WriteAsync(response, rpc.CancellationToken);
        }

        return true;
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
            serialization => parser.ParseFrom(serialization.PayloadAsReadOnlySequence()));
}
