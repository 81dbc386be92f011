using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Commission.Gateway.Grpc.Http;

/// <summary>How the web server listens for calls.</summary>
public static class RpcKestrel
{
    /// <summary>
    /// Listens in clear text. HTTP/1.1 and HTTP/2 can't be told apart on one clear port, so there are two.
    /// </summary>
    /// <param name="kestrel">The server's options.</param>
    /// <param name="grpc">HTTP/2 only, without an upgrade ("prior knowledge"): gRPC.</param>
    /// <param name="json">HTTP/1.1 only: JSON, pages. Null for none. Port 0 takes a free one.</param>
    public static void ListenForRpc(this KestrelServerOptions kestrel, IPEndPoint grpc, IPEndPoint? json)
    {
        kestrel.Listen(grpc, o => o.Protocols = HttpProtocols.Http2);
        if (json is not null)
        {
            kestrel.Listen(json, o => o.Protocols = HttpProtocols.Http1);
        }

        kestrel.LimitForRpc();
    }

    /// <summary>Listens with TLS, which agrees on HTTP/1.1 or HTTP/2 itself: one port for everything.</summary>
    /// <param name="kestrel">The server's options.</param>
    /// <param name="address">Where to listen.</param>
    /// <param name="useHttps">Adds the certificate, such as `o => o.UseHttps(certificate)`.</param>
    public static void ListenForRpcWithTls(
        this KestrelServerOptions kestrel, IPEndPoint address, Action<ListenOptions> useHttps)
    {
        kestrel.Listen(address, o =>
        {
            o.Protocols = HttpProtocols.Http1AndHttp2;
            useHttps(o);
        });
        kestrel.LimitForRpc();
    }

    /// <summary>Sets the limits of connections: many streams each, dead ones found by pings.</summary>
    public static void LimitForRpc(this KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limits = kestrel.Limits;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestBodySize = 8 * 1024 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(10);
        limits.Http2.MaxStreamsPerConnection = 1000;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        limits.Http2.InitialStreamWindowSize = 1024 * 1024;
    }
}
