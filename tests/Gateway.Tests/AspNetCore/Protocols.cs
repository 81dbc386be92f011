using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.AspNetCore;
using Commission.Gateway.Grpc.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Gateway.Tests;

/// <summary>How the cluster build serves a table: by Grpc.AspNetCore.</summary>
public static class Protocols
{
    /// <summary>What services it takes.</summary>
    public static void Add(IServiceCollection services, MethodTable table) =>
        services.AddCors().AddSingleton(table).AddCommissionGrpc();

    /// <summary>Serves the table.</summary>
    public static IEndpointConventionBuilder Map(WebApplication app, MethodTable table, RpcOptions? options = null)
    {
        app.UseGrpcWebCalls();
        return app.MapRpc(table, options);
    }
}
