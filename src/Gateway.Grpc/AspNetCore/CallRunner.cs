using Commission.Gateway.Grpc.Telemetry;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>Runs every call alike: behind the gate, its failures as statuses, and its end told to the table.</summary>
/// <param name="table">Has the gate, and who is told.</param>
/// <param name="time">For deadlines.</param>
/// <param name="lifetime">Says when the server stops.</param>
/// <param name="logger">For what callers may not know.</param>
internal sealed partial class CallRunner(
    MethodTable table, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallRunner> logger)
{
    /// <summary>Runs a handler; what it throws becomes gRPC's exception.</summary>
    public async Task<TResult> RunAsync<TResult>(
        RpcMethod method, ServerCallContext call, Func<ServerContext, Task<TResult>> handle)
    {
        using var rpc = new ServerContext(method, call, lifetime.ApplicationStopping);
        var status = RpcStatus.Ok;
        var telemetry = CallTelemetry.Begin(method, time, call.GetHttpContext().Request.Headers);
        try
        {
            table.Limits?.Enter(rpc);
            if (table.Gate is { } gate)
            {
                await gate(rpc);
            }

            var result = await handle(rpc);
            await rpc.SendHeadersAsync();
            return result;
        }
        catch (Exception failure)
        {
            var error = Refusal(failure, method, call);
            status = error.Status;
            throw ServerContext.ToException(error);
        }
        finally
        {
            rpc.SendTrailers();
            table.Limits?.Leave(rpc);
            telemetry?.End(status, IsWeb(call) ? "grpc-web" : "grpc");
            table.Ended?.Invoke(rpc, status);
        }
    }

    private static bool IsWeb(ServerCallContext call) =>
        call.GetHttpContext().Request.ContentType?.StartsWith("application/grpc-web", StringComparison.Ordinal) == true;

    /// <summary>What to tell the caller about an exception; what only we may know is logged.</summary>
    private RpcError Refusal(Exception failure, RpcMethod method, ServerCallContext call)
    {
        if ((failure as RpcError ?? table.Expected?.Invoke(failure)) is { } error)
        {
            GatewayMeters.Refused(error);
            return error;
        }

        if (failure is OperationCanceledException or IOException or RpcException && Ended(call) is { } ended)
        {
            return ended;
        }

        // The request itself was at fault, and Grpc.AspNetCore has said how.
        if (failure is RpcException { StatusCode: not StatusCode.Unknown } refused)
        {
            return new RpcError((RpcStatus)refused.StatusCode, refused.Status.Detail);
        }

        var id = call.GetHttpContext().TraceIdentifier;
        LogFault(failure, method.FullName, id);
        return new RpcError(RpcStatus.Internal, $"The server failed to answer. The incident is logged under {id}.");
    }

    private RpcError? Ended(ServerCallContext call)
    {
        if (call.Deadline <= time.GetUtcNow().UtcDateTime)
        {
            return new RpcError(RpcStatus.DeadlineExceeded, "The deadline passed before the call ended.");
        }

        if (call.CancellationToken.IsCancellationRequested)
        {
            return new RpcError(RpcStatus.Cancelled, "The caller cancelled the call.");
        }

        return lifetime.ApplicationStopping.IsCancellationRequested
            ? new RpcError(RpcStatus.Unavailable, "The server is stopping.")
            : null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} failed; the caller was told incident {Incident}")]
    private partial void LogFault(Exception exception, string method, string incident);
}
