using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>All JSON routes of a table, and what answers paths that look like theirs but aren't.</summary>
internal sealed class JsonRoutes
{
    private readonly List<(JsonRoute Route, Func<JsonRoute, string[], HttpContext, Task> Answer)> _routes = [];

    public JsonRoutes(RpcServer server)
    {
        var protocol = new JsonProtocol(server);
        foreach (var method in server.Table.Methods)
        {
            var routes = JsonRoute.Of(method).ToList();
            if (routes.Count > 0)
            {
                var answer = method.Accept(protocol);
                _routes.AddRange(routes.Select(r => (r, answer)));
            }
        }
    }

    /// <summary>Adds an endpoint for each route, and one for all else under the routes' first segments.</summary>
    public void Map(RouteGroupBuilder group)
    {
        foreach (var entry in _routes)
        {
            var (route, answer) = entry;
            group.Map(route.Path.ToRoute(), http => AnswerAsync(route, answer, http))
                .WithMetadata(new HttpMethodMetadata([route.Verb]))
                .WithDisplayName($"{route.Verb} {route.Path.Text} ({route.Method.FullName})");
        }

        foreach (var root in _routes.Select(r => r.Route.Path.Root).OfType<string>().Distinct(StringComparer.Ordinal))
        {
            group.Map($"/{root}/{{**rest}}", ElseAsync)
                .WithDisplayName($"JSON unknown path under /{root}")
                .Add(b => ((RouteEndpointBuilder)b).Order = int.MaxValue - 1);
        }
    }

    private Task AnswerAsync(JsonRoute route, Func<JsonRoute, string[], HttpContext, Task> answer, HttpContext http) =>
        route.Path.Match(RawPath(http)) is { } values ? answer(route, values, http) : ElseAsync(http);

    /// <summary>
    /// The web server routes by decoded paths; here the raw one has the last word, and the refusal its exact form.
    /// </summary>
    private Task ElseAsync(HttpContext http)
    {
        var path = RawPath(http);
        var allowed = new List<string>();
        foreach (var (route, answer) in _routes)
        {
            if (route.Path.Match(path) is not { } values)
            {
                continue;
            }

            if (route.Verb == http.Request.Method)
            {
                return answer(route, values, http);
            }

            allowed.Add(route.Verb);
        }

        var refusal = allowed.Count == 0
            ? HttpRefusal.NotFound(http.Request.Method, path)
            : HttpRefusal.NotAllowed(http.Request.Method, path);
        if (allowed.Count > 0)
        {
            http.Response.Headers.Allow = string.Join(", ", allowed.Distinct(StringComparer.Ordinal));
        }

        return JsonErrors.WriteAsync(http, refusal.Error, refusal.HttpStatus);
    }

    private static string RawPath(HttpContext http)
    {
        var target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget;
        return target is ['/', ..] ? target.Split('?', 2)[0] : http.Request.Path.ToUriComponent();
    }
}
