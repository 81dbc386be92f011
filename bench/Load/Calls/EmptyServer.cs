using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Load.Calls;

/// <summary>
/// What no gRPC server on Kestrel can be faster than: each request is read, and answered with the same bytes, a status
/// and nothing else. No routing, no authentication, no telemetry.
/// </summary>
internal static class EmptyServer
{
    private const int Prefix = 5;

    /// <summary>Serves until the process is ended.</summary>
    /// <param name="size">Bytes of the answer's message; <see cref="Mark"/> fills it.</param>
    public static async Task RunAsync(int size)
    {
        var answer = new byte[Prefix + size];
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(1), size);
        answer.AsSpan(Prefix).Fill(Mark);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
            listen.Protocols = HttpProtocols.Http2));
        await using var app = builder.Build();
        app.Run(http => AnswerAsync(http, answer));
        await app.StartAsync();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Now listening on: {app.Urls.First()}"));
        await app.WaitForShutdownAsync();
    }

    /// <summary>A byte that the answer has.</summary>
    public static byte Mark => (byte)'x';

    private static async Task AnswerAsync(HttpContext http, byte[] answer)
    {
        var body = http.Request.BodyReader;
        for (var isWhole = false; !isWhole;)
        {
            var read = await body.ReadAsync();
            isWhole = read.IsCompleted;
            body.AdvanceTo(read.Buffer.End);
        }

        http.Response.ContentType = "application/grpc";
        var output = http.Response.BodyWriter;
        answer.CopyTo(output.GetSpan(answer.Length));
        output.Advance(answer.Length);
        http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers["grpc-status"] = "0";
    }
}
