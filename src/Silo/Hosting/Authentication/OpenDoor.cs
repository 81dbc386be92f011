using Commission.Gateway.Grpc;
using Commission.Silo.Configuration;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>
/// Guards a silo that asks for no token against the one stranger who reaches a loopback address: a page of another site
/// in a browser of this machine.
/// </summary>
internal static class OpenDoor
{
    // A name that a stranger's DNS points at this machine is none of these.
    private const string Names = "localhost;127.0.0.1;[::1]";

    /// <summary>Answers only to names of this machine, unless the configuration says which.</summary>
    public static void LimitNames(ConfigurationManager configuration)
    {
        if (string.IsNullOrEmpty(configuration["AllowedHosts"]))
        {
            configuration["AllowedHosts"] = Names;
        }
    }

    /// <summary>Turns away what pages of other sites send; they could otherwise write, though not read.</summary>
    public static void TurnPagesAway(WebApplication app, ListenSettings listen)
    {
        var allowed = SettingsCheck.OriginsOf(listen);
        app.Use((http, next) => IsStrange(http.Request, allowed) ? RefuseAsync(http) : next(http));
    }

    private static bool IsStrange(HttpRequest request, string[] allowed)
    {
        string? origin = request.Headers.Origin;
        return !string.IsNullOrEmpty(origin)
            && !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static Task RefuseAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsJsonAsync(new RpcErrorBody(
            (int)RpcStatus.PermissionDenied,
            $"Pages of {http.Request.Headers.Origin} may not call: Listen:Origins does not name them.",
            []));
    }

    /// <summary>A google.rpc.Status.</summary>
    private sealed record RpcErrorBody(int Code, string Message, string[] Details);
}
