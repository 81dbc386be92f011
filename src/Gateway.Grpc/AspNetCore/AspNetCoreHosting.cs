using Commission.Gateway.Grpc.Http;
using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>Serves the method table by Grpc.AspNetCore: the cluster build's protocols.</summary>
public static class AspNetCoreHosting
{
    /// <summary>Adds gRPC and the table's methods.</summary>
    public static IServiceCollection AddCommissionGrpc(this IServiceCollection services)
    {
        services.AddGrpc(options =>
        {
            var limit = new RpcOptions().MaxMessageBytes;
            options.MaxReceiveMessageSize = limit;
            options.CompressionProviders = [new GzipMessages(limit)];
            options.ResponseCompressionAlgorithm = "gzip";
        });
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IServiceMethodProvider<CommissionService>, TableMethods>();
        return services;
    }

    /// <summary>
    /// Serves every method of the table by gRPC at `/package.Service/Method` (by gRPC-Web, too, after
    /// <see cref="GrpcWebCalls.UseGrpcWebCalls"/>), and by JSON at the routes of its `google.api.http` annotation. What
    /// no method answers is UNIMPLEMENTED for gRPC; for JSON, under the first segments of the routes (such as `/v1/`),
    /// it is a 404 or 405 with a google.rpc.Status.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="table">The table that is also registered as a service.</param>
    /// <param name="options">Limits; the defaults if null. That of a gRPC message is always the default.</param>
    /// <returns>All these endpoints, to add conventions to.</returns>
    /// <exception cref="InvalidOperationException">An annotation is malformed or names no field.</exception>
    public static IEndpointConventionBuilder MapRpc(
        this IEndpointRouteBuilder endpoints, MethodTable table, RpcOptions? options = null)
    {
        var server = new RpcServer(table, options ?? new RpcOptions(), endpoints.ServiceProvider);
        var routes = new JsonRoutes(server);
        var group = endpoints.MapGroup(string.Empty);
        group.MapGrpcService<CommissionService>().Add(new CallEndpoint(server).Surround);
        routes.Map(group);
        return group;
    }
}

/// <summary>Stands for all our services: it has no methods of its own, the table has.</summary>
public sealed class CommissionService;

/// <summary>Tells Grpc.AspNetCore of each method of the table.</summary>
internal sealed class TableMethods(MethodTable table) : IServiceMethodProvider<CommissionService>
{
    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<CommissionService> context)
    {
        var binder = new MethodBinder(context);
        foreach (var method in table.Methods)
        {
            method.Accept(binder);
        }
    }
}
