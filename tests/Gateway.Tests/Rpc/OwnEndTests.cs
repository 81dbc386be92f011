using System.Threading.Channels;
using Commission.Client;
using Commission.Gateway.Grpc;
using Commission.Gateway.Tests.Proto;
using Google.Rpc;

namespace Commission.Gateway.Tests;

/// <summary>How calls end where only our own protocols say so.</summary>
public sealed class OwnEndTests : IAsyncLifetime
{
    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("0n", Code.DeadlineExceeded)]
    [InlineData("99999999H", Code.Ok)]
    [InlineData("1H", Code.Ok)]
    [InlineData("123456789S", Code.InvalidArgument)]
    [InlineData("-1S", Code.InvalidArgument)]
    [InlineData("1X", Code.InvalidArgument)]
    [InlineData("S", Code.InvalidArgument)]
    public async Task Timeout_Header_IsReadWithinBounds(string timeout, Code expected)
    {
        var options = new RpcCallOptions { Metadata = [new("grpc-timeout", timeout)] };
        var status = Code.Ok;
        try
        {
            await _host.SayAsync(new EchoMessage(), options);
        }
        catch (RpcFailure failure)
        {
            status = failure.Status;
        }

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task Ended_CallsOfBothProtocols_AreToldOnceWithTheirStatus()
    {
        var ended = Channel.CreateUnbounded<(string Method, RpcStatus Status)>();
        await using var host = await EchoHost.StartAsync(t =>
            t.Ended = (c, s) => ended.Writer.TryWrite((c.Method.Descriptor.Name, s)));
        await host.SayAsync(new EchoMessage());
        await Assert.ThrowsAsync<RpcFailure>(() => host.Channel.UnaryAsync<FailRequest, EchoMessage>(
            EchoHost.Method("Fail"), new FailRequest { Status = 9 }));
        using (await host.Raw.GetAsync(new Uri(host.JsonAddress, "/v1/count/1?fail=true")))
        using (await host.Raw.GetAsync(new Uri(host.JsonAddress, "/v1/echo/x")))
        {
            ended.Writer.Complete();
        }

        (string, RpcStatus)[] expected =
        [
            ("Say", RpcStatus.Ok),
            ("Fail", RpcStatus.FailedPrecondition),
            ("Count", RpcStatus.DataLoss),
            ("Say", RpcStatus.Ok),
        ];
        Assert.Equal(expected, await ended.Reader.ReadAllAsync().ToListAsync());
    }
}
