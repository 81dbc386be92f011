using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Commission.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Commission.Gateway.Grpc.Http.OpenApi;

/// <summary>Where clients find out about the JSON API.</summary>
public static class OpenApiEndpoints
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly JsonSerializerOptions Format =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Serves `GET /openapi.json`, an OpenAPI 3.0 document of every HTTP binding of the table, and `GET /docs`, a page
    /// that shows it and can send calls. The page loads nothing from other hosts.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="table">A complete table of commission.v1.</param>
    public static void MapOpenApi(this IEndpointRouteBuilder endpoints, MethodTable table)
    {
        var document = new Lazy<byte[]>(() => Create(table));
        Map(endpoints, "/openapi.json", "application/json", () => document.Value);
        Map(endpoints, "/docs", "text/html; charset=utf-8", () => Read("page.html"));
        Map(endpoints, "/docs/page.js", "text/javascript; charset=utf-8", () => Read("page.js"));
        Map(endpoints, "/docs/page.css", "text/css; charset=utf-8", () => Read("page.css"));
    }

    private static byte[] Create(MethodTable table)
    {
        using var description = ApiDescription.Open();
        var document = OpenApiDocument.Create(table, DocComments.Read(description), Info());
        return JsonSerializer.SerializeToUtf8Bytes(document, Format);
    }

    private static JsonObject Info() => new()
    {
        ["title"] = "Commission",
        ["version"] = typeof(OpenApiEndpoints).Assembly.GetName().Version?.ToString(3) ?? "0",
        ["description"] = "Sales commission, estimated as deals happen. gRPC and gRPC-Web serve the same calls. "
            + "Money has units (whole, as text) and nanos; other decimals travel as text; days are YYYY-MM-DD. "
            + "Query parameters may be written as in the .proto files (`as_of`) or as in JSON (`asOf`).",
        ["license"] = new JsonObject { ["name"] = "MIT" },
    };

    private static byte[] Read(string name)
    {
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"docs/{name}")
            ?? throw new InvalidOperationException($"{name} was left out of the build.");
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, string type, Func<byte[]> content) =>
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], async http =>
        {
            var bytes = content();
            var headers = http.Response.Headers;
            http.Response.ContentType = type;
            http.Response.ContentLength = bytes.Length;
            headers.CacheControl = "no-cache";
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            if (!HttpMethods.IsHead(http.Request.Method))
            {
                await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted);
            }
        });
}
