using Commission.Silo.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Commission.Silo.Hosting;

/// <summary>Sets the web server's limits, all of them, whatever its defaults are.</summary>
internal static class ConnectionLimits
{
    private const int RequestLineBytes = 8 * 1024;
    private const int HeaderTableBytes = 4096;
    private const long RequestBodyBytes = 8 * 1024 * 1024;

    /// <summary>Sets those that are configured, and those that nobody should have to change.</summary>
    public static void Apply(KestrelServerOptions kestrel, ConnectionSettings settings)
    {
        var limits = kestrel.Limits;
        limits.MaxConcurrentConnections = settings.Most;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestLineSize = Math.Min(RequestLineBytes, settings.HeaderBytes);
        limits.MaxRequestHeadersTotalSize = settings.HeaderBytes;
        limits.MaxRequestHeaderCount = settings.Headers;
        limits.MaxRequestBodySize = RequestBodyBytes;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(settings.HeaderSeconds);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(settings.IdleSeconds);
        var slowest = new MinDataRate(settings.BytesPerSecond, TimeSpan.FromSeconds(settings.GraceSeconds));
        limits.MinRequestBodyDataRate = slowest;
        limits.MinResponseDataRate = slowest;
        limits.Http2.MaxStreamsPerConnection = settings.Streams;
        limits.Http2.HeaderTableSize = HeaderTableBytes;
        limits.Http2.MaxRequestHeaderFieldSize = settings.HeaderBytes;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(settings.PingSeconds);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(settings.PingTimeoutSeconds);
    }
}
