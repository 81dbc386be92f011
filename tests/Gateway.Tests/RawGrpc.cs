using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Commission.Gateway.Tests;

/// <summary>Requests to the gRPC port made by hand, so that they can be wrong.</summary>
public static class RawGrpc
{
    /// <summary>A frame with the given flags; its length can lie.</summary>
    public static byte[] Frame(byte[] body, byte flags = 0, long? length = null)
    {
        var frame = new byte[5 + body.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(length ?? body.Length));
        body.CopyTo(frame, 5);
        return frame;
    }

    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    /// <summary>Sends a body to a path and reads the whole answer.</summary>
    public static async Task<RawAnswer> PostRawAsync(
        this EchoHost host,
        string path,
        byte[] body,
        string contentType = "application/grpc",
        string method = "POST",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(host.GrpcAddress, path));
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await host.Raw.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new RawAnswer(
            response.StatusCode,
            Find(response, "grpc-status"),
            Uri.UnescapeDataString(Find(response, "grpc-message") ?? string.Empty),
            Find(response, "grpc-encoding"),
            bytes);
    }

    private static string? Find(HttpResponseMessage response, string name) =>
        response.Headers.Concat(response.TrailingHeaders).FirstOrDefault(h => h.Key == name).Value?.First();
}

/// <summary>What came back.</summary>
public sealed record RawAnswer(HttpStatusCode Http, string? Status, string Message, string? Encoding, byte[] Body);
