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
                CallRunner.RunAsync(context, call => WriteAsync(method.Handler(request, call), writer, call)));
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
                    context, async call => await ReadyAsync(await method.Handler(reader.ReadAllAsync(), call), call)));
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
                    context, call => WriteAsync(method.Handler(reader.ReadAllAsync(), call), writer, call)));
        return true;
    }

    private static async Task<TRes> ReadyAsync<TRes>(TRes response, ServedCall call)
        where TRes : class, IMessage<TRes>
    {
        await call.BeginMessageAsync(response.CalculateSize());
        return response;
    }

    private static async Task<bool> WriteAsync<TRes>(
        IAsyncEnumerable<TRes> responses, IServerStreamWriter<TRes> writer, ServedCall call)
        where TRes : class, IMessage<TRes>
    {
        await foreach (var response in responses.WithCancellation(call.CancellationToken))
        {
            await call.BeginMessageAsync(response.CalculateSize());
            await WriteAsync(writer.WriteAsync(response), call);
        }

        return true;
    }

    /// <summary>Waits while the caller is slow to read, until the call ends.</summary>
    private static async ValueTask WriteAsync(Task write, ServedCall call)
    {
        try
        {
            if (write.IsCompleted)
            {
                await write;
                return;
            }

            // To cancel the writing instead would look to the caller like a fault of the server.
            await using (call.CancellationToken.UnsafeRegister(static call => ((ServedCall)call!).CutOff(), call))
            {
                await write;
            }
        }
        catch (InvalidOperationException gone) when (call.IsGone)
        {
            // A message for a caller who has left; Grpc.AspNetCore takes that for a bug of the handler.
            throw new OperationCanceledException("The caller has left.", gone);
        }

        call.CancellationToken.ThrowIfCancellationRequested();
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
