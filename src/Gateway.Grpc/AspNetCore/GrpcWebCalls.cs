using System.IO.Pipelines;
using Commission.Gateway.Grpc.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Commission.Gateway.Grpc.AspNetCore;

/// <summary>
/// gRPC-Web by Grpc.AspNetCore.Web, which makes gRPC of its requests; that they were its is noted here. Text is decoded
/// before: Grpc.AspNetCore.Web does not take all that clients send, and takes what is no base64 for its own fault.
/// </summary>
public static class GrpcWebCalls
{
    /// <summary>Serves every method by gRPC-Web, too; to be called after CORS and before anything is mapped.</summary>
    public static IApplicationBuilder UseGrpcWebCalls(this IApplicationBuilder app)
    {
        app.Use(static (http, next) =>
        {
            var wire = GrpcContent.Wire(http.Request.ContentType);
            if (wire is not (GrpcWire.Web or GrpcWire.WebText))
            {
                return next(http);
            }

            http.Features.Set(new Mark(http.Features.Get<IHttpResetFeature>()));
            Answer(http.Request, wire);
            return wire == GrpcWire.WebText ? DecodeAsync(http, next) : next(http);
        });
        return app.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
    }

    /// <summary>Whether the call came by gRPC-Web.</summary>
    internal static bool IsOne(HttpContext http) => http.Features.Get<Mark>() is not null;

    /// <summary>The web server's stream, which Grpc.AspNetCore.Web hides; null by HTTP/1.1.</summary>
    internal static IHttpResetFeature? StreamOf(HttpContext http) =>
        http.Features.Get<Mark>() is { } mark ? mark.Stream : http.Features.Get<IHttpResetFeature>();

    /// <summary>Who does not say what he takes is answered in what he sends.</summary>
    private static void Answer(HttpRequest request, GrpcWire wire)
    {
        if (GrpcContent.Wire(request.Headers.Accept) is not (GrpcWire.Web or GrpcWire.WebText))
        {
            request.Headers.Accept = wire == GrpcWire.WebText ? GrpcContent.WebText : GrpcContent.Web;
        }
    }

    private static async Task DecodeAsync(HttpContext http, RequestDelegate next)
    {
        var plain = http.Features.Get<IRequestBodyPipeFeature>();
        http.Features.Set<IRequestBodyPipeFeature>(
            new Decoded(PipeReader.Create(new Base64Body(http.Request.BodyReader))));
        http.Request.ContentType = GrpcContent.Web;
        try
        {
            await next(http);
        }
        finally
        {
            http.Features.Set(plain);
        }
    }

    private sealed record Decoded(PipeReader Reader) : IRequestBodyPipeFeature;

    private sealed record Mark(IHttpResetFeature? Stream);
}
