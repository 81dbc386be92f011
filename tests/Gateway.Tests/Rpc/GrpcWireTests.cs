using System.Net;
using Commission.Client;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Gateway.Tests;

/// <summary>What is on the wire: frames, compression, limits, and what is wrong with them.</summary>
public sealed class GrpcWireTests : IAsyncLifetime
{
    private const string Say = "/testing.Echo/Say";
    private const string Sum = "/testing.Echo/Sum";

    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        // Whatever a test sent, the server must still answer.
        Assert.Equal("alive", (await _host.SayAsync(new EchoMessage { Text = "alive" })).Text);
        await _host.DisposeAsync();
    }

    public static TheoryData<string, byte[], string, string> BrokenBodies() => new()
    {
        { Say, [], "13", "ended before its message" },
        { Say, [0, 0, 0], "13", "within a frame header: 3 of 5 bytes" },
        { Say, RawGrpc.Frame([1, 2, 3], length: 10), "13", "within a message: 3 of 10 bytes" },
        { Say, RawGrpc.Frame([], flags: 7), "13", "begins with 0x07" },
        { Say, RawGrpc.Frame([8, 1], flags: 1), "13", "grpc-encoding names no encoding" },
        { Say, RawGrpc.Frame([0xff, 0xff, 0xff]), "3", "not valid protobuf" },
        { Say, RawGrpc.Frame([10, 100, 1]), "3", "not valid protobuf" },
        { Say, RawGrpc.Frame([], length: uint.MaxValue), "8", "4294967295 bytes; the limit is 4194304" },
        { Say, [.. RawGrpc.Frame([]), .. RawGrpc.Frame([])], "13", "more than the one message" },
        { Say, [.. RawGrpc.Frame([]), 0], "13", "more than the one message" },
        { Sum, [.. RawGrpc.Frame([]), 0, 0], "13", "within a frame header: 2 of 5 bytes" },
        { Sum, [.. RawGrpc.Frame([]), .. RawGrpc.Frame([1], length: 9)], "13", "1 of 9 bytes" },
        { Sum, [.. RawGrpc.Frame([]), .. RawGrpc.Frame([0xff])], "3", "not valid protobuf" },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task Body_Broken_IsRefusedPrecisely(string path, byte[] body, string status, string part)
    {
        var answer = await _host.PostRawAsync(path, body);
        Assert.Equal((HttpStatusCode.OK, status), (answer.Http, answer.Status));
        Assert.Contains(part, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_NestedTooDeeply_IsRefused()
    {
        var bytes = Array.Empty<byte>();
        for (var depth = 0; depth < 150; depth++)
        {
            using var stream = new MemoryStream();
            using (var output = new CodedOutputStream(stream, leaveOpen: true))
            {
                output.WriteTag(26);
                output.WriteBytes(ByteString.CopyFrom(bytes));
            }

            bytes = stream.ToArray();
        }

        Assert.Equal("3", (await _host.PostRawAsync(Say, RawGrpc.Frame(bytes))).Status);
    }

    [Theory]
    [InlineData("/testing.Echo/Nothing")]
    [InlineData("/testing.Nobody/Say")]
    [InlineData("/some/other.thing")]
    public async Task Method_Unknown_IsUnimplemented(string path)
    {
        var answer = await _host.PostRawAsync(path, RawGrpc.Frame([]));
        Assert.Equal((HttpStatusCode.OK, "12"), (answer.Http, answer.Status));
        Assert.Contains(path, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "POST", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc-webber", "POST", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpcx", "POST", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc", "PUT", HttpStatusCode.MethodNotAllowed)]
    [InlineData("application/grpc+proto", "POST", HttpStatusCode.OK)]
    [InlineData("application/grpc; charset=utf-8", "POST", HttpStatusCode.OK)]
    public async Task Request_NotGrpc_IsRefusedInHttp(string type, string method, HttpStatusCode expected)
    {
        var answer = await _host.PostRawAsync(Say, RawGrpc.Frame([]), type, method);
        Assert.Equal(expected, answer.Http);
    }

    [Fact]
    public async Task Request_ByHttp11_IsAskedToUpgrade()
    {
        using var content = new ByteArrayContent(RawGrpc.Frame([]));
        content.Headers.ContentType = new("application/grpc");
        using var response = await _host.Raw.PostAsync(new Uri(_host.JsonAddress, Say), content);
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task Message_AtTheLimit_IsAnsweredAndOverIsNot()
    {
        const int Limit = 4 * 1024 * 1024;
        var exact = new EchoMessage { Data = ByteString.CopyFrom(new byte[Limit - 5]) };
        Assert.Equal(Limit, exact.CalculateSize());
        Assert.Equal(exact, await _host.SayAsync(exact));
        foreach (var size in new[] { Limit - 4, 5 * 1024 * 1024 })
        {
            var failure = await Assert.ThrowsAsync<RpcFailure>(() =>
                _host.SayAsync(new EchoMessage { Data = ByteString.CopyFrom(new byte[size]) }));
            Assert.Equal(Code.ResourceExhausted, failure.Status);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(100_000)]
    [InlineData(4_000_000)]
    public async Task Gzip_BothWays_RoundTrips(int size)
    {
        var message = new EchoMessage { Text = new string('x', size), Number = size };
        Assert.Equal(message, await _host.SayAsync(message, new RpcCallOptions { Gzip = true }));
    }

    [Theory]
    [InlineData("identity,gzip", 10_000, "gzip", 1)]
    [InlineData("deflate, gzip", 10_000, "gzip", 1)]
    [InlineData("gzip", 100, null, 0)]
    [InlineData("gzipx,identity", 10_000, null, 0)]
    [InlineData("identity", 10_000, null, 0)]
    public async Task Gzip_Response_OnlyIfAcceptedAndWorthIt(string accepts, int size, string? encoding, byte flag)
    {
        var body = RawGrpc.Frame(new EchoMessage { Text = new string('x', size) });
        var answer = await _host.PostRawAsync(Say, body, headers: ("grpc-accept-encoding", accepts));
        Assert.Equal((encoding, flag), (answer.Encoding, answer.Body[0]));
        Assert.Equal("0", answer.Status);
    }

    [Fact]
    public async Task Gzip_Bomb_IsRefusedAtTheLimit()
    {
        var bomb = RawGrpc.Frame(RawGrpc.Gzip(new byte[300 * 1024 * 1024]), flags: 1);
        Assert.InRange(bomb.Length, 1, 4 * 1024 * 1024);
        var answer = await _host.PostRawAsync(Say, bomb, headers: ("grpc-encoding", "gzip"));
        Assert.Equal("8", answer.Status);
        Assert.Contains("decompresses to more", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_Damaged_IsRefused()
    {
        var good = RawGrpc.Gzip(new EchoMessage { Text = new string('x', 5000) }.ToByteArray());
        byte[][] damaged = [[1, 2, 3], good[..^12], good[..5]];
        foreach (var body in damaged)
        {
            var answer = await _host.PostRawAsync(Say, RawGrpc.Frame(body, 1), headers: ("grpc-encoding", "gzip"));
            Assert.Equal("13", answer.Status);
            Assert.Contains("gzip", answer.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Encoding_Unknown_IsUnimplemented()
    {
        var answer = await _host.PostRawAsync(Say, RawGrpc.Frame([]), headers: ("grpc-encoding", "snappy"));
        Assert.Equal("12", answer.Status);
        Assert.Contains("snappy", answer.Message, StringComparison.Ordinal);
    }
}
