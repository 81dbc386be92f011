using System.Net;
using Commission.Client;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Gateway.Tests;

/// <summary>What is on the wire where Grpc.AspNetCore reads it: limits, compression, broken bodies.</summary>
public sealed class ServedWireTests : IAsyncLifetime
{
    private const string Say = "/testing.Echo/Say";
    private const string Sum = "/testing.Echo/Sum";
    private const int Mebibyte = 1024 * 1024;
    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        // Whatever a test sent, the server must still answer; and it has logged no error.
        Assert.Equal("alive", (await _host.SayAsync(new EchoMessage { Text = "alive" })).Text);
        await _host.DisposeAsync();
    }

    public static TheoryData<string, byte[], string> BrokenBodies() => new()
    {
        { Say, [], "13" },
        { Say, [0, 0, 0], "13" },
        { Say, RawGrpc.Frame([1, 2, 3], length: 10), "13" },
        { Say, RawGrpc.Frame([0xff, 0xff, 0xff]), "3" },
        { Say, RawGrpc.Frame([10, 100, 1]), "3" },
        { Say, RawGrpc.Frame([], length: 5 * Mebibyte), "8" },
        { Say, [.. RawGrpc.Frame([]), .. RawGrpc.Frame([])], "13" },
        { Sum, [.. RawGrpc.Frame([]), 0, 0], "13" },
        { Sum, [.. RawGrpc.Frame([]), .. RawGrpc.Frame([0xff])], "3" },
    };

    [Theory]
    [MemberData(nameof(BrokenBodies))]
    public async Task Body_Broken_IsRefusedAsTheCallersDoing(string path, byte[] body, string status)
    {
        var answer = await _host.PostRawAsync(path, body);

        Assert.Equal((HttpStatusCode.OK, status), (answer.Http, answer.Status));
    }

    [Theory]
    [InlineData("/testing.Echo/Nothing")]
    [InlineData("/testing.Nobody/Say")]
    public async Task Method_Unknown_IsUnimplemented(string path)
    {
        var answer = await _host.PostRawAsync(path, RawGrpc.Frame([]));

        Assert.Equal((HttpStatusCode.OK, "12"), (answer.Http, answer.Status));
    }

    [Theory]
    [InlineData("text/plain", "POST", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/grpc", "PUT", HttpStatusCode.MethodNotAllowed)]
    [InlineData("application/grpc+proto", "POST", HttpStatusCode.OK)]
    public async Task Request_NotGrpc_IsRefusedInHttp(string type, string method, HttpStatusCode expected) =>
        Assert.Equal(expected, (await _host.PostRawAsync(Say, RawGrpc.Frame([]), type, method)).Http);

    [Fact]
    public async Task Request_ByHttp11_IsAskedToUpgrade()
    {
        using var content = new ByteArrayContent(RawGrpc.Frame([]));
        content.Headers.ContentType = new("application/grpc");
        using var response = await _host.Raw.PostAsync(new Uri(_host.JsonAddress, Say), content);

        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Theory]
    [InlineData("0n", "4")]
    [InlineData("1H", "0")]
    [InlineData("123456789S", "3")]
    [InlineData("1X", "3")]
    public async Task Timeout_Header_IsReadWithinBounds(string timeout, string status)
    {
        var answer = await _host.PostRawAsync(Say, RawGrpc.Frame([]), headers: ("grpc-timeout", timeout));

        Assert.Equal(status, answer.Status);
    }

    [Theory]
    [InlineData("identity,gzip", 10_000, 1)]
    [InlineData("gzip", 100, 0)]
    [InlineData("identity", 10_000, 0)]
    public async Task Gzip_Response_OnlyIfAcceptedAndWorthIt(string accepts, int size, byte flag)
    {
        var body = RawGrpc.Frame(new EchoMessage { Text = new string('x', size) });
        var answer = await _host.PostRawAsync(Say, body, headers: ("grpc-accept-encoding", accepts));

        Assert.Equal(("0", flag), (answer.Status, answer.Body[0]));
    }

    [Fact]
    public async Task Gzip_Bomb_IsRefusedAtTheLimit()
    {
        var bomb = RawGrpc.Frame(RawGrpc.Gzip(new byte[64 * Mebibyte]), flags: 1);
        var answer = await _host.PostRawAsync(Say, bomb, headers: ("grpc-encoding", "gzip"));

        Assert.Equal("8", answer.Status);
    }

    [Fact]
    public async Task Request_BeyondTheMemoryOfAll_IsRefusedAndOnesAfterItAreNot()
    {
        await using var host = await EchoHost.StartAsync(options: new RpcOptions { MaxRequestBytes = Mebibyte });
        var large = new EchoMessage { Data = ByteString.CopyFrom(new byte[2 * Mebibyte]) };
        var small = new EchoMessage { Data = ByteString.CopyFrom(new byte[Mebibyte / 2]) };

        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => host.SayAsync(large, new RpcCallOptions { OverloadRetries = 0 }));

        Assert.Equal((Code.ResourceExhausted, "OVERLOADED"), (failure.Status, failure.Detail<ErrorInfo>()?.Type));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(small, await host.SayAsync(small));
        }
    }
}
