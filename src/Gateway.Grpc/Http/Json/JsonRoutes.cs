using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Commission.Gateway.Grpc.Http;

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

            var verbs = VerbsOf(route);
            if (verbs.Contains(http.Request.Method, StringComparer.Ordinal))
            {
                return answer(route, values, http);
            }

            allowed.AddRange(verbs);
        }

        if (allowed.Count == 0)
        {
            var unknown = HttpRefusal.NotFound(http.Request.Method, path);
            return JsonErrors.WriteAsync(http, unknown.Error, unknown.HttpStatus);
        }

        http.Response.Headers.Allow =
            string.Join(", ", allowed.Append(HttpMethods.Options).Distinct(StringComparer.Ordinal));
        return HttpMethods.IsOptions(http.Request.Method)
            ? AnswerOptions(http)
            : JsonErrors.WriteAsync(
                http, HttpRefusal.NotAllowed(http.Request.Method, path).Error, StatusCodes.Status405MethodNotAllowed);
    }

    private static Task AnswerOptions(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>What is read by GET can be asked for by HEAD, too, but for streams, which may never end.</summary>
    private static string[] VerbsOf(JsonRoute route) =>
        HttpMethods.IsGet(route.Verb) && route.Method.Kind == RpcKind.Unary
            ? [route.Verb, HttpMethods.Head]
            : [route.Verb];

    private static string RawPath(HttpContext http)
    {
        var target = http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()?.RawTarget;
        return target is ['/', ..] ? target.Split('?', 2)[0] : http.Request.Path.ToUriComponent();
    }
}
