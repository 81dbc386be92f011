using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Commission.Gateway.Tests;

/// <summary>
/// Bodies that broke something once, found by tests/Hostile.Tests: each is the caller's fault, and no error is logged.
/// </summary>
public sealed class BrokenBodyTests : IAsyncLifetime
{
    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Chunk_OfMoreBytesThanANumberCounts_IsRefused()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _host.JsonAddress.Port);
        await using var stream = client.GetStream();
        const string head = "POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
        const string body = "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n{}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body));

        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 400 Bad Request", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Json_TooLargeAndOfUnknownLength_IsRefused()
    {
        var text = $"{{\"text\":\"{new string('x', 5 * 1024 * 1024)}\"}}";
        using var content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        content.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.JsonAddress, "/v1/echo"));
        request.Content = content;
        request.Headers.TransferEncodingChunked = true;

        using var answer = await _host.Raw.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v1/echo", "application/json")]
    [InlineData("/testing.Echo/Say", "application/grpc-web+proto")]
    [InlineData("/testing.Echo/Say", "application/grpc-web-text")]
    public async Task Deadline_WhileTheBodyIsAwaited_EndsTheCall(string path, string type)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _host.JsonAddress.Port);
        await using var stream = client.GetStream();
        var head = $"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\nConnection: close\r\n"
            + "Content-Length: 100\r\ngrpc-timeout: 50m\r\n\r\n{";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var reader = new StreamReader(stream);

        var status = await reader.ReadLineAsync();
        // What the server still waits for: it reads on before it closes the connection.
        await stream.WriteAsync(new byte[99]);
        await reader.ReadToEndAsync();

        Assert.Equal(type == "application/json" ? "HTTP/1.1 504 Gateway Timeout" : "HTTP/1.1 200 OK", status);
    }

    [Fact]
    public async Task Message_OfALengthThatOverflows_IsRefused()
    {
        // A text, then a message of 2 GiB - 1 bytes, with the beginning of a group in it and a number that is cut off.
        byte[] message = [0x0a, 6, .. "nobody"u8, 0x1a, 0xff, 0xff, 0xff, 0xff, 0x07, 0x53, 0xbb];

        var answer = await _host.PostRawAsync("/testing.Echo/Say", RawGrpc.Frame(message));

        Assert.Equal("3", answer.Status);
    }
}
