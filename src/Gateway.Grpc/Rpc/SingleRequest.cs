using System.IO.Pipelines;
using Commission.Gateway.Grpc.Http;
using Google.Protobuf;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>Reads a request that is exactly one message.</summary>
internal static class SingleRequest
{
    /// <summary>The message, if all of it has arrived already; null if some is still to come.</summary>
    public static T? TryRead<T>(GrpcCall call, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var input = call.Input;
        return HttpBody.TryRead(input, out var result) ? Accept(call, input, result, parser) : null;
    }

    /// <summary>The message, once all of it has arrived.</summary>
    public static async ValueTask<T> ReadAsync<T>(GrpcCall call, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var result = await call.ReadAsync(call.CancellationToken);
            if (Accept(call, call.Input, result, parser) is { } message)
            {
                return message;
            }
        }
    }

    private static T? Accept<T>(GrpcCall call, PipeReader input, ReadResult result, MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        var buffer = result.Buffer;
        var limit = call.Server.Options.MaxMessageBytes;
        T? message = null;
        try
        {
            call.Hold(buffer.Length);
            var rest = buffer;
            var whole = Frames.TryTake(ref rest, limit, out var compressed, out var body);
            if (whole && !rest.IsEmpty)
            {
                throw new RpcError(RpcStatus.Internal, "The request has more than the one message of this method.");
            }

            if (result.IsCompleted)
            {
                message = whole
                    ? call.Parse(parser, body, compressed)
                    : throw (rest.IsEmpty ? Missing() : Frames.Truncated(rest));
            }

            return message;
        }
        finally
        {
            HttpBody.AdvanceTo(input, message is null ? buffer.Start : buffer.End, buffer.End);
        }
    }

    private static RpcError Missing() => new(RpcStatus.Internal, "The request ended before its message.");
}
