using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf;

namespace Commission.Gateway.Tests;

public sealed class GrpcWebTests : IAsyncLifetime
{
    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Unary_Request_IsAnswered(bool text, bool http2)
    {
        var request = new EchoMessage { Text = "grüße", Number = 5 };
        var (messages, trailers) = await CallAsync("Say", [request], text, http2);
        Assert.Equal(request, Assert.Single(messages));
        Assert.Contains("grpc-status: 0\r\n", trailers, StringComparison.Ordinal);
        Assert.Contains("trailer-x-one: eins\r\n", trailers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ServerStream_Messages_ArriveInOrder(bool text)
    {
        var (messages, trailers) = await CallAsync("Count", [new CountRequest { Count = 300, Bytes = 500 }], text);
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), messages.Select(m => m.Number));
        Assert.Contains("grpc-status: 0\r\n", trailers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ClientStream_Requests_AreSummed(bool text)
    {
        EchoMessage[] requests = [new() { Number = 1 }, new() { Number = 2 }, new() { Number = 3 }];
        var (messages, _) = await CallAsync("Sum", requests, text);
        Assert.Equal(6, Assert.Single(messages).Number);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Refusal_StatusAndDetails_AreAtTheEnd(bool text)
    {
        var (messages, trailers) = await CallAsync("Fail", [new FailRequest { Message = "ü", Details = true }], text);
        Assert.Empty(messages);
        Assert.Contains("grpc-status: 3\r\n", trailers, StringComparison.Ordinal);
        Assert.Contains("grpc-message: %C3%BC\r\n", trailers, StringComparison.Ordinal);
        Assert.Contains("grpc-status-details-bin: ", trailers, StringComparison.Ordinal);
        Assert.Contains("x-failed: yes\r\n", trailers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_NotBase64_IsRefused()
    {
        using var response = await SendAsync("Say", "*&^%$#@!"u8.ToArray(), text: true, http2: false);
        var (_, trailers) = await ReadAsync(response, text: true);
        Assert.Contains("grpc-status: 3\r\n", trailers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_Malformed_IsRefused()
    {
        using var response = await SendAsync("Say", RawGrpc.Frame([]), false, false, ("grpc-timeout", "soon"));
        var (_, trailers) = await ReadAsync(response, text: false);
        Assert.Contains("grpc-status: 3\r\n", trailers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerStream_CallerLeaves_ReachesTheHandler()
    {
        var body = RawGrpc.Frame(new CountRequest { Count = 1, Hold = true });
        using (var response = await SendAsync("Count", body, text: false, http2: false))
        {
            await using var stream = await response.Content.ReadAsStreamAsync();
            Assert.Equal(0, stream.ReadByte());
        }

        Assert.Equal("Count", await _host.Handlers.Cancelled.Task);
    }

    [Theory]
    [InlineData("https://console.example", true)]
    [InlineData("https://elsewhere.example", false)]
    public async Task Preflight_Origin_DecidesTheAnswer(string origin, bool allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(_host.JsonAddress, "/testing.Echo/Say"));
        request.Headers.Add("origin", origin);
        request.Headers.Add("access-control-request-method", "POST");
        request.Headers.Add("access-control-request-headers", "content-type,x-grpc-web,authorization");
        using var response = await _host.Raw.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(allowed, response.Headers.Contains("access-control-allow-origin"));
    }

    private async Task<(List<EchoMessage> Messages, string Trailers)> CallAsync(
        string method, IMessage[] requests, bool text, bool http2 = false)
    {
        byte[] frames = [.. requests.SelectMany(r => RawGrpc.Frame(r))];
        var body = text ? Encoding.ASCII.GetBytes(Convert.ToBase64String(frames)) : frames;
        using var response = await SendAsync(method, body, text, http2, ("x-one", "eins"));
        var type = response.Content.Headers.ContentType?.MediaType?.Split('+')[0];
        Assert.Equal(text ? "application/grpc-web-text" : "application/grpc-web", type);
        return await ReadAsync(response, text);
    }

    /// <summary>A refusal before any message may be in the headers alone.</summary>
    private static async Task<(List<EchoMessage> Messages, string Trailers)> ReadAsync(
        HttpResponseMessage response, bool text)
    {
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (response.Headers.Contains("grpc-status"))
        {
            Assert.Empty(answer);
            return ([], string.Concat(response.Headers.Select(h => $"{h.Key}: {h.Value.Single()}\r\n")));
        }

        return Decode(text ? FromPieces(Encoding.ASCII.GetString(answer)) : answer);
    }

    private Task<HttpResponseMessage> SendAsync(
        string method, byte[] body, bool text, bool http2, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri(http2 ? _host.GrpcAddress : _host.JsonAddress, "/testing.Echo/" + method));
        request.Version = http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType =
            MediaTypeHeaderValue.Parse(text ? "application/grpc-web-text" : "application/grpc-web+proto");
        foreach (var (name, value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return _host.Raw.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Base64 that was padded at every flush.</summary>
    private static byte[] FromPieces(string text) =>
        [.. text.Chunk(4).SelectMany(four => Convert.FromBase64CharArray(four, 0, four.Length))];

    private static (List<EchoMessage> Messages, string Trailers) Decode(byte[] frames)
    {
        var messages = new List<EchoMessage>();
        var rest = frames.AsSpan();
        while (true)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            var body = rest.Slice(5, length);
            if (rest[0] == 0x80)
            {
                Assert.Equal(5 + length, rest.Length);
                return (messages, Encoding.ASCII.GetString(body));
            }

            messages.Add(EchoMessage.Parser.ParseFrom(body));
            rest = rest[(5 + length)..];
        }
    }
}
