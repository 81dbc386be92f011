using Grpc.Core;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>Runs every handler alike: what it throws becomes what Grpc.AspNetCore ends a call by.</summary>
internal static class CallRunner
{
    /// <summary>Runs a handler.</summary>
    /// <param name="context">Grpc.AspNetCore's own context.</param>
    /// <param name="handle">The handler; the call is its context.</param>
    public static async Task<TResult> RunAsync<TResult>(
        ServerCallContext context, Func<ServedCall, Task<TResult>> handle)
    {
        var call = ServedCall.Of(context);
        try
        {
            var result = await handle(call);
            await call.SucceedAsync();
            return result;
        }
        catch (Exception failure)
        {
            throw call.Fail(call.Server.Refusal(Understood(failure), call));
        }
    }

    /// <summary>How a stream of requests ended or was at fault, Grpc.AspNetCore has said in its own way.</summary>
    private static Exception Understood(Exception failure) => failure switch
    {
        RpcException { StatusCode: StatusCode.Cancelled or StatusCode.DeadlineExceeded } =>
            new OperationCanceledException(failure.Message, failure),
        RpcException refused and { StatusCode: not StatusCode.Unknown } =>
            new RpcError((RpcStatus)refused.StatusCode, refused.Status.Detail),
        _ => failure,
    };
}
