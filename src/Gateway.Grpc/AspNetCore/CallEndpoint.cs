using Commission.Gateway.Grpc.Http;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>
/// What surrounds each method outside of Grpc.AspNetCore. A call is counted and passes the gate before its request is
/// read: otherwise strangers could have requests kept in memory.
/// </summary>
internal sealed class CallEndpoint(RpcServer server)
{
    /// <summary>Surrounds a method of the table; what Grpc.AspNetCore has for unknown ones is left as it is.</summary>
    public void Surround(EndpointBuilder endpoint)
    {
        var path = endpoint.Metadata.OfType<GrpcMethodMetadata>().LastOrDefault()?.Method.FullName;
        if (server.Table.Methods.FirstOrDefault(method => method.Path == path) is { } method
            && endpoint.RequestDelegate is { } next)
        {
            endpoint.RequestDelegate = http => GrpcContent.Check(http) == GrpcWire.Http2
                ? RunAsync(method, next, http)
                : Task.CompletedTask;
        }
    }

    private async Task RunAsync(RpcMethod method, RequestDelegate next, HttpContext http)
    {
        var (timeout, wrong) = TimeoutOf(http.Request);
        using var call = new ServedCall(server, method, http, timeout);
        if ((wrong ?? await RefusalAsync(call)) is { } error)
        {
            call.Refuse(error);
            return;
        }

        call.Open();
        try
        {
            await next(http);
        }
        finally
        {
            call.Close();
        }
    }

    private static (TimeSpan? Timeout, RpcError? Wrong) TimeoutOf(HttpRequest request)
    {
        try
        {
            return (Timeouts.Parse(request.Headers.GrpcTimeout), null);
        }
        catch (RpcError error)
        {
            return (null, error);
        }
    }

    private async ValueTask<RpcError?> RefusalAsync(ServedCall call)
    {
        try
        {
            await server.EnterAsync(call);
            return null;
        }
        catch (Exception failure)
        {
            return server.Refusal(failure, call);
        }
    }
}
