using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Commission.Gateway.Grpc.Rpc;

/// <summary>One call by gRPC over HTTP/2: its frames, and how it ends.</summary>
internal sealed class GrpcCall : HttpCall
{
    public const string ContentType = "application/grpc";
    private const int ResetCancel = 8;

    private bool _gzip;
    private bool _begun;

    private GrpcCall(RpcServer server, RpcMethod method, HttpContext http, TimeSpan? timeout)
        : base(server, method, http, timeout)
    {
    }

    /// <summary>How compressed requests are encoded: `gzip`, or null.</summary>
    public string? Encoding { get; private init; }

    /// <summary>Bytes written and not flushed.</summary>
    public int Unflushed { get; private set; }

    /// <summary>The call of a request that is proper gRPC, or null after refusing one that isn't.</summary>
    public static GrpcCall? Open(RpcServer server, RpcMethod method, HttpContext http)
    {
        if (!IsGrpc(http))
        {
            return null;
        }

        var headers = http.Request.Headers;
        try
        {
            var timeout = headers.GrpcTimeout.Count == 0 ? null : Timeouts.Parse(headers.GrpcTimeout);
            return new GrpcCall(server, method, http, timeout) { Encoding = RequestEncoding(http) };
        }
        catch (RpcError error)
        {
            Refuse(http, error);
            return null;
        }
    }

    /// <summary>Ends a request that never became a call.</summary>
    public static void Refuse(HttpContext http, RpcError error)
    {
        http.Response.ContentType = ContentType;
        StatusHeaders.Write(http.Response.Headers, error);
    }

    /// <summary>Whether this is a gRPC request; if not, the response says so in HTTP's terms.</summary>
    public static bool IsGrpc(HttpContext http)
    {
        var status = StatusCodes.Status200OK;
        if (!HasGrpcContent(http.Request.ContentType))
        {
            status = StatusCodes.Status415UnsupportedMediaType;
        }
        else if (!HttpMethods.IsPost(http.Request.Method))
        {
            status = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = HttpMethods.Post;
        }
        else if (!HttpProtocol.IsHttp2(http.Request.Protocol) && !HttpProtocol.IsHttp3(http.Request.Protocol))
        {
            status = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "h2c";
        }

        http.Response.StatusCode = status;
        return status == StatusCodes.Status200OK;
    }

    public static bool HasGrpcContent(string? type) =>
        type is not null
        && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase)
        && (type.Length == ContentType.Length || type[ContentType.Length] is ';' or '+');

    /// <summary>Writes a message of a stream; it is sent by the next flush.</summary>
    public void Write<T>(T message)
        where T : class, IMessage<T>
    {
        var size = message.CalculateSize();
        if (!_begun)
        {
            Begin(mayCompress: Method.Kind is RpcKind.ServerStream or RpcKind.Duplex
                || size > Server.Options.CompressAboveBytes);
        }

        Unflushed += _gzip && size > Server.Options.CompressAboveBytes
            ? Frames.WriteGzip(Http.Response.BodyWriter, message, size)
            : Frames.Write(Http.Response.BodyWriter, message, size);
    }

    /// <summary>Sends what was written, and waits while the caller is slow to read.</summary>
    public async ValueTask FlushAsync()
    {
        Unflushed = 0;
        try
        {
            await Http.Response.BodyWriter.FlushAsync(CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // What waits can't be sent, so no trailer can follow it; the reset tells the caller that it is over.
            Http.Features.Get<IHttpResetFeature>()?.Reset(ResetCancel);
            throw;
        }
    }

    /// <summary>Ends the call well.</summary>
    public void Succeed()
    {
        if (!_begun)
        {
            Begin(mayCompress: false);
        }

        var trailers = Http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        trailers.GrpcStatus = "0";
        AppendTrailers(trailers);
        Dispose();
    }

    /// <summary>Ends the call with what the exception means to the caller.</summary>
    public void Fail(Exception exception)
    {
        var error = Server.Refusal(exception, this);
        if (!_begun && HasResponseHeaders)
        {
            Begin(mayCompress: false);
        }

        Http.Response.ContentType ??= ContentType;
        var headers = _begun
            ? Http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : Http.Response.Headers;
        StatusHeaders.Write(headers, error);
        AppendTrailers(headers);
        Dispose();
    }

    private static string? RequestEncoding(HttpContext http)
    {
        var encoding = http.Request.Headers.GrpcEncoding;
        if (encoding.Count == 0 || encoding == "identity")
        {
            return null;
        }

        http.Response.Headers.GrpcAcceptEncoding = "identity,gzip";
        return encoding == "gzip"
            ? "gzip"
            : throw new RpcError(RpcStatus.Unimplemented, $"The encoding '{encoding}' is not supported; gzip is.");
    }

    private void Begin(bool mayCompress)
    {
        _begun = true;
        Http.Response.ContentType = ContentType;
        if (mayCompress && AcceptsGzip())
        {
            _gzip = true;
            Http.Response.Headers.GrpcEncoding = "gzip";
        }

        if (HasResponseHeaders)
        {
            foreach (var (name, value) in ResponseHeaders)
            {
                Http.Response.Headers.Append(name, value);
            }
        }
    }

    private bool AcceptsGzip()
    {
        foreach (var value in Http.Request.Headers.GrpcAcceptEncoding)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan()[part].Trim().SequenceEqual("gzip"))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void AppendTrailers(IHeaderDictionary headers)
    {
        if (HasResponseTrailers)
        {
            foreach (var (name, value) in ResponseTrailers)
            {
                headers.Append(name, value);
            }
        }
    }
}
