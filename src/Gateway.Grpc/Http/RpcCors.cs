using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Commission.Gateway.Grpc.Http;

/// <summary>What pages from other origins need to call by gRPC-Web or JSON.</summary>
public static class RpcCors
{
    /// <summary>
    /// Allows the methods and request headers of calls and exposes their status headers. Which origins may call is for
    /// the host to say: `app.MapRpc(table).RequireCors(p => p.WithOrigins(…).AllowRpc())`, with `app.UseCors()`.
    /// </summary>
    public static CorsPolicyBuilder AllowRpc(this CorsPolicyBuilder policy) => policy
        .WithMethods("GET", "POST", "PUT", "PATCH", "DELETE")
        .WithHeaders("authorization", "content-type", "grpc-timeout", "x-grpc-web", "x-user-agent")
        .WithExposedHeaders("grpc-status", "grpc-message", "grpc-status-details-bin", "retry-after")
        .SetPreflightMaxAge(TimeSpan.FromHours(1));
}
