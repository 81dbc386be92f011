using System.Net;
using System.Text;
using Commission.Client;
using Commission.Gateway.Grpc;
using Commission.Gateway.Tests.Proto;
using Google.Rpc;

namespace Commission.Gateway.Tests;

/// <summary>Calls beyond the limit are refused at once, with the time to wait; the others are not touched.</summary>
public sealed class CallLimitTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1500);

    [Fact]
    public async Task Call_BeyondTheLimit_IsResourceExhaustedWithTheTimeToWait()
    {
        await using var host = await EchoHost.StartAsync(table => table.Limits = new CallLimits(1, 1, Pause));
        using var ending = new CancellationTokenSource();
        var held = HoldAsync(host, ending.Token);
        await host.Handlers.Holding.Task;

        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => host.SayAsync(new EchoMessage { Text = "hi" }, new RpcCallOptions { OverloadRetries = 0 }));

        Assert.Equal((Code.ResourceExhausted, Pause), (failure.Status, failure.RetryAfter));
        Assert.Equal("OVERLOADED", failure.Detail<ErrorInfo>()!.Type);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task Call_BeyondTheLimitByJson_Is429WithRetryAfter()
    {
        await using var host = await EchoHost.StartAsync(table => table.Limits = new CallLimits(1, 1, Pause));
        using var ending = new CancellationTokenSource();
        var held = HoldAsync(host, ending.Token);
        await host.Handlers.Holding.Task;

        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var response = await host.Raw.PostAsync(new Uri(host.JsonAddress, "/v1/fail"), content);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task Stream_BeyondTheLimit_IsRefusedAndCallsAreNot()
    {
        CallLimits limits = new(10, 1, Pause);
        await using var host = await EchoHost.StartAsync(table => table.Limits = limits);
        await using (var watch = Count(host).GetAsyncEnumerator())
        {
            Assert.True(await watch.MoveNextAsync());
            await using var second = Count(host).GetAsyncEnumerator();
            var failure = await Assert.ThrowsAsync<RpcFailure>(async () => await second.MoveNextAsync());

            Assert.Equal(Code.ResourceExhausted, failure.Status);
            Assert.Equal("hi", (await host.SayAsync(new EchoMessage { Text = "hi" })).Text);
            Assert.Equal(1, limits.Streams);
        }

        // Whoever leaves makes room, however the call ended.
        await host.Handlers.Cancelled.Task;
        await host.StopAsync();
        Assert.Equal((0, 0), (limits.Calls, limits.Streams));
    }

    [Fact]
    public async Task Client_RefusedAsOverloaded_SendsTheCallAgainAfterTheTimeTold()
    {
        using var ending = new CancellationTokenSource();
        var refused = 0;
        await using var host = await EchoHost.StartAsync(table =>
        {
            table.Limits = new CallLimits(1, 1, TimeSpan.FromMilliseconds(20));
            table.Ended = (_, status) =>
            {
                if (status == RpcStatus.ResourceExhausted && Interlocked.Increment(ref refused) == 2)
                {
                    ending.Cancel();
                }
            };
        });
        var held = HoldAsync(host, ending.Token);
        await host.Handlers.Holding.Task;

        var answer = await host.SayAsync(
            new EchoMessage { Text = "hi" }, new RpcCallOptions { OverloadRetries = 1000 });

        Assert.Equal("hi", answer.Text);
        Assert.True(refused >= 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => held);
    }

    [Fact]
    public async Task Client_RefusedBeyondItsTimeout_DoesNotWaitForIt()
    {
        await using var host = await EchoHost.StartAsync(
            table => table.Limits = new CallLimits(0, 0, TimeSpan.FromHours(1)));

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => host.SayAsync(
            new EchoMessage(), new RpcCallOptions { Timeout = TimeSpan.FromMinutes(1) }));

        Assert.Equal((Code.ResourceExhausted, TimeSpan.FromHours(1)), (failure.Status, failure.RetryAfter));
    }

    private static Task<EchoMessage> HoldAsync(EchoHost host, CancellationToken cancellation) =>
        host.Channel.UnaryAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Hold"), new EchoMessage(), null, cancellation);

    private static IAsyncEnumerable<EchoMessage> Count(EchoHost host) =>
        host.Channel.ServerStreamAsync<CountRequest, EchoMessage>(
            EchoHost.Method("Count"), new CountRequest { Count = 1, Hold = true });
}
