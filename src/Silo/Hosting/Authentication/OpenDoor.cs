using System.Net;
using Commission.Gateway.Grpc;
using Commission.Silo.Configuration;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>
/// Guards a silo that asks for no token against the one stranger who reaches a loopback address: a page of another site
/// in a browser of this machine.
/// </summary>
internal static class OpenDoor
{
    private const int LongestSaid = 100;

    /// <summary>
    /// Answers only to names of this machine, unless the configuration says to which (ASP.NET Core's AllowedHosts): a
    /// stranger's DNS may point another at it. And turns away what pages of other sites send; they could otherwise
    /// write, though not read.
    /// </summary>
    public static void Guard(WebApplication app, ListenSettings listen)
    {
        var allowed = SettingsCheck.OriginsOf(listen);
        var isNamed = !string.IsNullOrEmpty(app.Configuration["AllowedHosts"]);
        app.Use((http, next) =>
            !isNamed && !IsOurs(http.Request.Host.Host)
                ? RefuseAsync(http, "This silo asks for no tokens, and answers only to localhost and its addresses.")
            : IsStrange(http.Request, allowed)
                ? RefuseAsync(http, $"Pages of {Origin(http)} may not call: Listen:Origins does not name them.")
            : next(http));
    }

    private static bool IsOurs(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Short enough to be said again.</summary>
    private static string Origin(HttpContext http)
    {
        var origin = $"{http.Request.Headers.Origin}";
        return origin.Length <= LongestSaid ? origin : $"{origin.AsSpan(0, LongestSaid)}…";
    }

    private static bool IsStrange(HttpRequest request, string[] allowed)
    {
        string? origin = request.Headers.Origin;
        return !string.IsNullOrEmpty(origin)
            && !allowed.Contains(origin, StringComparer.OrdinalIgnoreCase)
            && !string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    private static Task RefuseAsync(HttpContext http, string why)
    {
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        return http.Response.WriteAsJsonAsync(new RpcErrorBody(
            (int)RpcStatus.PermissionDenied, why, []));
    }

    /// <summary>A google.rpc.Status.</summary>
    private sealed record RpcErrorBody(int Code, string Message, string[] Details);
}
