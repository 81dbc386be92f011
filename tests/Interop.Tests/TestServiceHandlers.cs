using System.Runtime.CompilerServices;
using Commission.Gateway.Grpc;
using Commission.Interop.Tests.Proto;
using Google.Protobuf;

namespace Commission.Interop.Tests;

/// <summary>The service that the interoperability cases call, as a method table like any other.</summary>
internal static class TestServiceHandlers
{
    private const string InitialHeader = "x-grpc-test-echo-initial";
    private const string TrailingHeader = "x-grpc-test-echo-trailing-bin";

    public static MethodTable Table()
    {
        var service = InteropReflection.Descriptor.Services.Single(s => s.Name == "TestService");
        return new MethodTable()
            .Unary<Empty, Empty>(service, "EmptyCall", (_, _) => new(new Empty()))
            .Unary<SimpleRequest, SimpleResponse>(service, "UnaryCall", UnaryCall)
            .ServerStream<StreamingOutputCallRequest, StreamingOutputCallResponse>(
                service, "StreamingOutputCall", (request, call) => Outputs(request, call))
            .ClientStream<StreamingInputCallRequest, StreamingInputCallResponse>(
                service, "StreamingInputCall", StreamingInputCall)
            .Duplex<StreamingOutputCallRequest, StreamingOutputCallResponse>(
                service, "FullDuplexCall", (requests, call) => FullDuplexCall(requests, call));
    }

    private static ValueTask<SimpleResponse> UnaryCall(SimpleRequest request, RpcContext call)
    {
        EchoMetadata(call);
        CheckCompression(request.ExpectCompressed, call);
        ThrowIfAsked(request.ResponseStatus);
        call.CompressResponses = request.ResponseCompressed?.Value;
        return new(new SimpleResponse { Payload = Zeros(request.ResponseSize) });
    }

    private static async ValueTask<StreamingInputCallResponse> StreamingInputCall(
        IAsyncEnumerable<StreamingInputCallRequest> requests, RpcContext call)
    {
        var sum = 0;
        await foreach (var request in requests)
        {
            CheckCompression(request.ExpectCompressed, call);
            sum += request.Payload?.Body.Length ?? 0;
        }

        return new StreamingInputCallResponse { AggregatedPayloadSize = sum };
    }

    private static async IAsyncEnumerable<StreamingOutputCallResponse> FullDuplexCall(
        IAsyncEnumerable<StreamingOutputCallRequest> requests,
        RpcContext call,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        EchoMetadata(call);
        await foreach (var request in requests.WithCancellation(cancellation))
        {
            ThrowIfAsked(request.ResponseStatus);
            await foreach (var response in Outputs(request, call, cancellation))
            {
                yield return response;
            }
        }
    }

    private static async IAsyncEnumerable<StreamingOutputCallResponse> Outputs(
        StreamingOutputCallRequest request,
        RpcContext call,
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var wanted in request.ResponseParameters)
        {
            if (wanted.IntervalUs > 0)
            {
                await Task.Delay(TimeSpan.FromMicroseconds(wanted.IntervalUs), TimeProvider.System, cancellation);
            }

            call.CompressResponses = wanted.Compressed?.Value;
            yield return new StreamingOutputCallResponse { Payload = Zeros(wanted.Size) };
        }
    }

    private static void EchoMetadata(RpcContext call)
    {
        if (call.Header(InitialHeader) is { } initial)
        {
            call.ResponseHeaders.Add(InitialHeader, initial);
        }

        if (call.BinaryHeader(TrailingHeader) is { } trailing)
        {
            call.ResponseTrailers.Add(TrailingHeader, trailing);
        }
    }

    private static void CheckCompression(BoolValue? expected, RpcContext call)
    {
        if (expected is not null && expected.Value != call.IsRequestCompressed)
        {
            throw RpcError.Invalid($"The message came {(call.IsRequestCompressed ? "compressed" : "plain")}.");
        }
    }

    private static void ThrowIfAsked(EchoStatus? status)
    {
        if (status is { Code: not 0 })
        {
            throw new RpcError((RpcStatus)status.Code, status.Message);
        }
    }

    private static Payload Zeros(int size) => new() { Body = ByteString.CopyFrom(new byte[size]) };
}
