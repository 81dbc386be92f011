using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Commission.Gateway.Grpc.Health;

/// <summary>The probes that Kubernetes and load balancers without gRPC know: plain HTTP.</summary>
public static class HealthEndpoints
{
    /// <summary>
    /// Serves `GET /health/live`: 200 as long as the process answers at all; and `GET /health/ready`: 200 while calls
    /// are taken, else 503 with the reason. Both answer JSON.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder endpoints, HealthState state)
    {
        var methods = new[] { HttpMethods.Get, HttpMethods.Head };
        endpoints.MapMethods("/health/live", methods, http => WriteAsync(http, StatusCodes.Status200OK, """
            {"status":"LIVE"}
            """));
        endpoints.MapMethods("/health/ready", methods, http => state.Reason is { } reason
            ? WriteAsync(http, StatusCodes.Status503ServiceUnavailable, $$"""
                {"status":"NOT_SERVING","reason":"{{JsonEncodedText(reason)}}"}
                """)
            : WriteAsync(http, StatusCodes.Status200OK, """
                {"status":"SERVING"}
                """));
    }

    private static string JsonEncodedText(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();

    private static Task WriteAsync(HttpContext http, int status, string json)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(json);
    }
}
