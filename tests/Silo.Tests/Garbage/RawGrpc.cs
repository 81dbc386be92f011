using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;

namespace Commission.Silo.Tests.Garbage;

/// <summary>Requests to the gRPC port made by hand, so that they can be wrong.</summary>
internal sealed class RawGrpc(RunningSilo silo) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>A frame whose flags and length can lie.</summary>
    public static byte[] Frame(byte[] body, byte flags = 0, int? length = null)
    {
        var frame = new byte[5 + body.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length ?? body.Length);
        body.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>A frame that is as it should be.</summary>
    public static byte[] Frame(IMessage message) => Frame(message.ToByteArray());

    /// <summary>Sends a body and returns how the call ended.</summary>
    public async Task<(string? Status, string Message)> PostAsync(string path, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(silo.GrpcAddress, path));
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/grpc");
        using var response = await _http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
        return (Find(response, "grpc-status"), Uri.UnescapeDataString(Find(response, "grpc-message") ?? ""));
    }

    public void Dispose() => _http.Dispose();

    private static string? Find(HttpResponseMessage response, string name) =>
        response.Headers.Concat(response.TrailingHeaders).FirstOrDefault(header => header.Key == name).Value?.First();
}
