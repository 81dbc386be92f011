using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Rpc;
using Microsoft.AspNetCore.Builder;

namespace Commission.Handler;

/// <summary>By the default build's own protocols.</summary>
internal static class Served
{
    /// <summary>Adds what the protocols take; what it returns maps the table.</summary>
    public static Action<WebApplication> By(WebApplicationBuilder builder, MethodTable table, string[] args) =>
        args is [] ? app => app.MapRpc(table) : throw new ArgumentException("Expected no argument.", nameof(args));
}
