using Commission.Gateway.Grpc.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>Where a method table meets the web server.</summary>
public static class RpcEndpoints
{
    /// <summary>
    /// Serves every method of the table by gRPC at `/package.Service/Method`, and by JSON at the routes of its
    /// `google.api.http` annotation. What no method answers is UNIMPLEMENTED for gRPC; for JSON, under the first
    /// segments of the routes (such as `/v1/`), it is a 404 or 405 with a google.rpc.Status.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="table">A table that was found complete.</param>
    /// <param name="options">Limits; the defaults if null.</param>
    /// <returns>All these endpoints, to add conventions to.</returns>
    /// <exception cref="InvalidOperationException">An annotation is malformed or names no field.</exception>
    public static IEndpointConventionBuilder MapRpc(
        this IEndpointRouteBuilder endpoints, MethodTable table, RpcOptions? options = null)
    {
        var server = new RpcServer(table, options ?? new RpcOptions(), endpoints.ServiceProvider);
        var group = endpoints.MapGroup(string.Empty);
        MapGrpc(group, server);
        new JsonRoutes(server).Map(group);
        return group;
    }

    private static void MapGrpc(RouteGroupBuilder group, RpcServer server)
    {
        var protocol = new GrpcProtocol(server);
        foreach (var method in server.Table.Methods)
        {
            group.Map(method.Path, method.Accept(protocol)).WithDisplayName($"gRPC {method.FullName}");
        }

        var unknown = RoutePatternFactory.Parse(
            "{service}/{method}", defaults: null, parameterPolicies: new { service = new GrpcOnly() });
        group.Map(unknown, GrpcProtocol.Unknown).WithDisplayName("gRPC unknown method").WithOrder(int.MaxValue);
    }

    private static TBuilder WithOrder<TBuilder>(this TBuilder builder, int order)
        where TBuilder : IEndpointConventionBuilder
    {
        builder.Add(b => ((RouteEndpointBuilder)b).Order = order);
        return builder;
    }

    /// <summary>Lets the fallback see gRPC only, so that pages of two segments stay what they are.</summary>
    private sealed class GrpcOnly : IRouteConstraint
    {
        public bool Match(
            HttpContext? httpContext,
            IRouter? route,
            string routeKey,
            RouteValueDictionary values,
            RouteDirection routeDirection) =>
            httpContext is not null && GrpcContent.Wire(httpContext.Request.ContentType) != GrpcWire.None;
    }
}
