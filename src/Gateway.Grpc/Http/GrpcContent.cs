using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Http;

/// <summary>The forms that gRPC has on the wire.</summary>
internal enum GrpcWire
{
    /// <summary>It is not gRPC.</summary>
    None,

    /// <summary>gRPC over HTTP/2, with trailers.</summary>
    Http2,

    /// <summary>gRPC-Web: any HTTP, the trailers as a last frame.</summary>
    Web,

    /// <summary>gRPC-Web with the body in base64.</summary>
    WebText,
}

/// <summary>Tells by its headers what form of gRPC a request is.</summary>
internal static class GrpcContent
{
    public const string Grpc = "application/grpc";
    public const string Web = "application/grpc-web+proto";
    public const string WebText = "application/grpc-web-text+proto";

    /// <summary>The form that a content type names.</summary>
    public static GrpcWire Wire(string? type)
    {
        if (type == Grpc)
        {
            return GrpcWire.Http2;
        }

        if (type is null || !type.StartsWith(Grpc, StringComparison.OrdinalIgnoreCase))
        {
            return GrpcWire.None;
        }

        var rest = type.AsSpan(Grpc.Length);
        var end = rest.IndexOfAny('+', ';');
        return (end < 0 ? rest : rest[..end]).Trim() switch
        {
            "" => GrpcWire.Http2,
            "-web" => GrpcWire.Web,
            "-web-text" => GrpcWire.WebText,
            _ => GrpcWire.None,
        };
    }

    /// <summary>The form of a request; for None, the response already says why in HTTP's terms.</summary>
    public static GrpcWire Check(HttpContext http)
    {
        var wire = Wire(http.Request.ContentType);
        var status = StatusCodes.Status200OK;
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            status = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = HttpMethods.Post;
        }
        else if (wire == GrpcWire.None)
        {
            status = StatusCodes.Status415UnsupportedMediaType;
        }
        else if (wire == GrpcWire.Http2 && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            status = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = "h2c";
        }

        http.Response.StatusCode = status;
        return status == StatusCodes.Status200OK ? wire : GrpcWire.None;
    }
}
