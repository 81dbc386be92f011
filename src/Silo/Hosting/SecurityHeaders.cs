namespace Commission.Silo.Hosting;

/// <summary>What tells browsers to be careful with answers.</summary>
internal static class SecurityHeaders
{
    private const string Policy = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>
    /// Adds them to every answer but gRPC's, which browsers never show. An answer that sets its own keeps it: pages
    /// need another policy. With TLS browsers are told to come with TLS again.
    /// </summary>
    public static void Use(WebApplication app)
    {
        app.UseHsts();
        app.Use((http, next) =>
        {
            if (http.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true)
            {
                http.Response.OnStarting(static response => Add(((HttpResponse)response).Headers), http.Response);
            }

            return next(http);
        });
    }

    private static Task Add(IHeaderDictionary headers)
    {
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        headers.TryAdd("Referrer-Policy", "no-referrer");
        headers.TryAdd("Content-Security-Policy", Policy);
        headers.TryAdd("X-Frame-Options", "DENY");
        // Pay is nobody's to keep on the way.
        headers.TryAdd("Cache-Control", "no-store");
        return Task.CompletedTask;
    }
}
