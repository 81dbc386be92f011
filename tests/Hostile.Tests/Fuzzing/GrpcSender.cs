using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Commission.Hostile.Tests.Fuzzing;

/// <summary>The forms of gRPC.</summary>
internal enum GrpcForm
{
    /// <summary>Over HTTP/2, with trailers.</summary>
    Http2,

    /// <summary>gRPC-Web over HTTP/2.</summary>
    WebOnHttp2,

    /// <summary>gRPC-Web over HTTP/1.1.</summary>
    WebOnHttp1,

    /// <summary>gRPC-Web in base64 over HTTP/1.1.</summary>
    WebText,
}

/// <summary>One request.</summary>
/// <param name="Form">How it goes.</param>
/// <param name="Verb">POST, if it is right.</param>
/// <param name="Path">`/package.Service/Method`.</param>
/// <param name="Type">The content type; null: that of the form.</param>
/// <param name="Headers">Others.</param>
/// <param name="Body">The frames; in base64, if the form has it so.</param>
/// <param name="Leave">Whether the caller leaves if the answer takes long: it may have no end.</param>
internal sealed record GrpcRequest(
    GrpcForm Form,
    string Verb,
    string Path,
    string? Type,
    IReadOnlyList<(string Name, string Value)> Headers,
    byte[] Body,
    bool Leave);

/// <summary>Sends requests of gRPC that need not be right.</summary>
internal sealed class GrpcSender(Uri grpc, Uri json) : IDisposable
{
    private static readonly TimeSpan BriefPatience = TimeSpan.FromMilliseconds(150);

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        MaxConnectionsPerServer = 64,
        EnableMultipleHttp2Connections = true,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends it and reads the answer to its end, or until the caller leaves.</summary>
    public async Task<GrpcAnswer> SendAsync(GrpcRequest asked, CancellationToken patience)
    {
        using var message = Message(asked);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(patience);
        if (asked.Leave)
        {
            leaving.CancelAfter(BriefPatience);
        }

        try
        {
            using var response = await _http.SendAsync(
                message, HttpCompletionOption.ResponseHeadersRead, leaving.Token);
            var (body, wasLeft) = await ReadAsync(response, leaving.Token, patience);
            return Answer(response, body, wasLeft);
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            return new GrpcAnswer(200, WasLeft: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Message(GrpcRequest asked)
    {
        var isHttp2 = asked.Form is GrpcForm.Http2 or GrpcForm.WebOnHttp2;
        var message = new HttpRequestMessage(
            new HttpMethod(asked.Verb), new Uri(isHttp2 ? grpc : json, asked.Path))
        {
            Version = isHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(asked.Body),
        };
        message.Content.Headers.TryAddWithoutValidation("content-type", asked.Type ?? TypeOf(asked.Form));
        foreach (var (name, value) in asked.Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static string TypeOf(GrpcForm form) => form switch
    {
        GrpcForm.Http2 => "application/grpc",
        GrpcForm.WebText => "application/grpc-web-text",
        _ => "application/grpc-web+proto",
    };

    private static async Task<(byte[] Body, bool WasLeft)> ReadAsync(
        HttpResponseMessage response, CancellationToken leaving, CancellationToken patience)
    {
        var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(leaving);
            while (await stream.ReadAsync(buffer, leaving) is > 0 and var read)
            {
                body.Write(buffer, 0, read);
            }

            return (body.ToArray(), false);
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            return (body.ToArray(), true);
        }
    }

    /// <summary>The response's own type says where its status is.</summary>
    private static GrpcAnswer Answer(HttpResponseMessage response, byte[] body, bool wasLeft)
    {
        var status = (int)response.StatusCode;
        var type = Find(response.Content.Headers, "content-type") ?? "";
        if (!type.Contains("grpc-web", StringComparison.OrdinalIgnoreCase))
        {
            return GrpcAnswer.Of(
                status, name => Find(response.Headers, name) ?? Find(response.TrailingHeaders, name), wasLeft);
        }

        var isText = type.Contains("text", StringComparison.OrdinalIgnoreCase);
        var plain = isText ? GrpcAnswer.Decode(Encoding.ASCII.GetString(body)) : body;
        var trailers = plain is null ? null : GrpcAnswer.Trailers(plain);
        return GrpcAnswer.Of(
            status, name => Find(response.Headers, name) ?? trailers?.GetValueOrDefault(name), wasLeft);
    }

    private static string? Find(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;
}
