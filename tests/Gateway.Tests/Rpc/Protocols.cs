using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Grpc.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Gateway.Tests;

/// <summary>How the default build serves a table.</summary>
public static class Protocols
{
    /// <summary>What services it takes: none.</summary>
    public static void Add(IServiceCollection services, MethodTable table) => services.AddCors();

    /// <summary>Serves the table.</summary>
    public static IEndpointConventionBuilder Map(WebApplication app, MethodTable table, RpcOptions? options = null) =>
        app.MapRpc(table, options);
}
