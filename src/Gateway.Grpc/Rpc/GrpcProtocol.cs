using Commission.Gateway.Grpc.Http;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>Makes of each method what answers it by gRPC over HTTP/2.</summary>
internal sealed class GrpcProtocol(RpcServer server) : IRpcMethodVisitor<RequestDelegate>
{
    /// <summary>Answers a method that nobody knows.</summary>
    public static Task Unknown(HttpContext http)
    {
        if (GrpcContent.Check(http) != GrpcWire.None)
        {
            http.Response.ContentType = http.Request.ContentType;
            var error = new RpcError(RpcStatus.Unimplemented, $"There is no method {http.Request.Path}.");
            StatusHeaders.Write(http.Response.Headers, error);
        }

        return Task.CompletedTask;
    }

    public RequestDelegate Visit<TReq, TRes>(UnaryMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        http => GrpcCall.Open(server, method, http) is { } call ? Unary(method, call) : Task.CompletedTask;

    public RequestDelegate Visit<TReq, TRes>(ServerStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        http => Run(method, http, static async (method, call) =>
        {
            var request = await SingleRequest.ReadAsync(call, method.Parser);
            await SendAsync(call, method.Handler(request, call));
        });

    public RequestDelegate Visit<TReq, TRes>(ClientStreamMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        http => Run(method, http, static async (method, call) =>
        {
            AllowLongRequest(call.Http);
            var response = await method.Handler(new RequestStream<TReq>(call, method.Parser), call);
            if (!call.IsPastDeadline)
            {
                call.Write(response);
            }
        });

    public RequestDelegate Visit<TReq, TRes>(DuplexMethod<TReq, TRes> method)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        http => Run(method, http, static async (method, call) =>
        {
            AllowLongRequest(call.Http);
            await SendAsync(call, method.Handler(new RequestStream<TReq>(call, method.Parser), call));
        });

    /// <summary>
    /// Answers a unary call; without a state machine if the request is all there and gate and handler need not wait.
    /// </summary>
    private Task Unary<TReq, TRes>(UnaryMethod<TReq, TRes> method, GrpcCall call)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        try
        {
            var gate = server.EnterAsync(call);
            if (!gate.IsCompletedSuccessfully)
            {
                return UnaryAsync(method, call, gate);
            }

            gate.GetAwaiter().GetResult();
            if (SingleRequest.TryRead(call, method.Parser) is not { } request)
            {
                return UnaryAsync(method, call, default);
            }

            var response = method.Handler(request, call);
            if (!response.IsCompletedSuccessfully)
            {
                return UnaryAsync(call, response);
            }

            Reply(call, response.Result);
        }
        catch (Exception e)
        {
            call.Fail(e);
        }

        return Task.CompletedTask;
    }

    private static async Task UnaryAsync<TReq, TRes>(UnaryMethod<TReq, TRes> method, GrpcCall call, ValueTask gate)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        try
        {
            await gate;
            var request = await SingleRequest.ReadAsync(call, method.Parser);
            Reply(call, await method.Handler(request, call));
        }
        catch (Exception e)
        {
            call.Fail(e);
        }
    }

    private static async Task UnaryAsync<TRes>(GrpcCall call, ValueTask<TRes> response)
        where TRes : class, IMessage<TRes>
    {
        try
        {
            Reply(call, await response);
        }
        catch (Exception e)
        {
            call.Fail(e);
        }
    }

    private static void Reply<TRes>(GrpcCall call, TRes response)
        where TRes : class, IMessage<TRes>
    {
        if (call.IsPastDeadline)
        {
            call.Fail(new OperationCanceledException());
            return;
        }

        call.Write(response);
        call.Succeed();
    }

    /// <summary>Runs a call with a stream; a body that returns without an exception has succeeded.</summary>
    private async Task Run<TMethod>(TMethod method, HttpContext http, Func<TMethod, GrpcCall, Task> body)
        where TMethod : RpcMethod
    {
        if (GrpcCall.Open(server, method, http) is not { } call)
        {
            return;
        }

        try
        {
            await server.EnterAsync(call);
            await body(method, call);
            if (call.IsPastDeadline)
            {
                throw new OperationCanceledException();
            }

            call.Succeed();
        }
        catch (Exception e)
        {
            call.Fail(e);
        }
    }

    /// <summary>Sends messages as they come; those that are ready together travel together.</summary>
    private static async Task SendAsync<T>(GrpcCall call, IAsyncEnumerable<T> responses)
        where T : class, IMessage<T>
    {
        await using var source = responses.GetAsyncEnumerator(call.CancellationToken);
        while (true)
        {
            var step = source.MoveNextAsync();
            var more = step.IsCompleted || call.Unflushed == 0
                ? await step
                : await FlushWhile(step.AsTask(), call);
            if (!more)
            {
                return;
            }

            call.Write(source.Current);
            if (call.Unflushed > call.Server.Options.FlushAboveBytes)
            {
                await call.FlushAsync();
            }
        }
    }

    /// <summary>Flushes; should that fail, the handler's step is over before anyone disposes its enumerator.</summary>
    private static async Task<bool> FlushWhile(Task<bool> step, GrpcCall call)
    {
        try
        {
            await call.FlushAsync();
        }
        catch
        {
            await ((Task)step).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await step;
    }

    private static void AllowLongRequest(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        // A stream may well be silent for hours; keep-alive pings find the dead connections.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
