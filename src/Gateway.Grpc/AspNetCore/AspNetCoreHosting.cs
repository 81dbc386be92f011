using Grpc.AspNetCore.Server.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>Serves the method table by Grpc.AspNetCore: the cluster build's protocols.</summary>
public static class AspNetCoreHosting
{
    private const int MaxMessageBytes = 4 * 1024 * 1024;

    /// <summary>Adds gRPC and the table's methods.</summary>
    public static IServiceCollection AddCommissionGrpc(this IServiceCollection services)
    {
        services.AddGrpc(options => options.MaxReceiveMessageSize = MaxMessageBytes);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CallRunner>();
        services.AddSingleton<IServiceMethodProvider<CommissionService>, TableMethods>();
        return services;
    }

    /// <summary>Maps every method of the table.</summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="table">The table that is also registered as a service.</param>
    public static IEndpointConventionBuilder MapCommissionGrpc(this IEndpointRouteBuilder endpoints, MethodTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return endpoints.MapGrpcService<CommissionService>();
    }
}

/// <summary>Stands for all our services: it has no methods of its own, the table has.</summary>
public sealed class CommissionService;

/// <summary>Tells Grpc.AspNetCore of each method of the table.</summary>
internal sealed class TableMethods(MethodTable table, CallRunner runner) : IServiceMethodProvider<CommissionService>
{
    /// <inheritdoc/>
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<CommissionService> context)
    {
        var binder = new MethodBinder(runner, context);
        foreach (var method in table.Methods)
        {
            method.Accept(binder);
        }
    }
}
