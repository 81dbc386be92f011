using System.Net;
using System.Net.Http.Headers;
using Commission.Hostile.Tests.Families;
using Google.Protobuf;

namespace Commission.Hostile.Tests.Raw;

/// <summary>Single calls by gRPC whose bytes are the test's.</summary>
internal static class Calls
{
    public const string GetEstimate = "/commission.v1.Earnings/GetEstimate";
    public const string WatchEstimate = "/commission.v1.Earnings/WatchEstimate";
    public const string Record = "/commission.v1.Deals/Record";
    public const string RecordStream = "/commission.v1.Deals/RecordStream";
    public const string ResourceExhausted = "8";

    /// <summary>A client that speaks HTTP/2 without TLS, and HTTP/1.1.</summary>
    public static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false })
    {
        Timeout = TimeSpan.FromMinutes(1),
    };

    /// <summary>A request by gRPC over HTTP/2, or by gRPC-Web over HTTP/1.1.</summary>
    public static HttpRequestMessage Request(
        Uri server, string path, HttpContent content, bool isWeb = false, bool isGzip = false)
    {
        content.Headers.ContentType =
            new MediaTypeHeaderValue(isWeb ? "application/grpc-web+proto" : "application/grpc");
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, path))
        {
            Version = isWeb ? HttpVersion.Version11 : HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        if (isGzip)
        {
            request.Headers.Add("grpc-encoding", "gzip");
        }

        return request;
    }

    /// <summary>Sends it, and returns its status and how long its answer was.</summary>
    public static async Task<(string? Status, long Bytes)> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        using var response = await http.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var trailers = Fuzzing.GrpcAnswer.Trailers(body);
        return (trailers?.GetValueOrDefault("grpc-status") ?? Find(response.Headers) ?? Find(response.TrailingHeaders),
            body.Length);
    }

    /// <summary>A message in its frame.</summary>
    public static byte[] Frame(IMessage message) => Frames.Of(message.ToByteArray());

    private static string? Find(HttpHeaders headers) =>
        headers.NonValidated.TryGetValues("grpc-status", out var values) ? values.ToString() : null;
}
