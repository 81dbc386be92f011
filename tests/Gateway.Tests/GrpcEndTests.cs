using System.Threading.Channels;
using Commission.Client;
using Commission.Gateway.Grpc;
using Commission.Gateway.Tests.Proto;
using Google.Rpc;

namespace Commission.Gateway.Tests;

/// <summary>How calls end: statuses, details, metadata, deadlines, cancellation, the server's stop.</summary>
public sealed class GrpcEndTests : IAsyncLifetime
{
    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Refusal_EveryStatus_ArrivesWithItsMessage()
    {
        for (var code = 1; code <= 16; code++)
        {
            var message = $"100 % négative – {code}\n";
            var failure = await FailAsync(new FailRequest { Status = code, Message = message });
            Assert.Equal(((Code)code, message), (failure.Status, failure.Message));
        }
    }

    [Fact]
    public async Task Refusal_Details_Arrive()
    {
        var failure = await FailAsync(new FailRequest { Message = "bad", Details = true });
        Assert.Equal(Code.InvalidArgument, failure.Status);
        Assert.Equal(3, failure.Details.Count);
        Assert.Equal("is négative", failure.Detail<BadRequest>()!.FieldViolations[1].Description);
        Assert.Equal("2026-11", failure.Detail<ErrorInfo>()!.Metadata["period"]);
        Assert.Equal(1500, failure.Detail<RetryInfo>()!.RetryDelay.ToTimeSpan().TotalMilliseconds);
    }

    [Fact]
    public async Task Refusal_EnormousMessage_IsCutAndStillArrives()
    {
        var failure = await FailAsync(new FailRequest { Status = 9, Message = new string('é', 100_000) });
        Assert.Equal(Code.FailedPrecondition, failure.Status);
        Assert.InRange(failure.Message.Length, 100, 1100);
    }

    [Fact]
    public async Task Crash_CallerLearnsNothing_AndItIsLogged()
    {
        var failure = await FailAsync(new FailRequest { Crash = true, Message = "salary" });
        Assert.Equal(Code.Internal, failure.Status);
        Assert.DoesNotContain("salary", failure.Message, StringComparison.Ordinal);
        Assert.True(_host.Log.Errors.TryDequeue(out var logged));
        Assert.Contains("secret: salary", logged, StringComparison.Ordinal);
        var incident = failure.Message.TrimEnd('.').Split(' ')[^1];
        Assert.Contains(incident, logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Crash_OfAKindThatIsExpected_IsTheRefusalThatTheTableSaysAndNotLogged()
    {
        var failure = await FailAsync(new FailRequest { Crash = true, Message = "expected" });
        Assert.Equal((Code.Unavailable, "The store is out of reach."), (failure.Status, failure.Message));
        Assert.Empty(_host.Log.Errors);
    }

    [Fact]
    public async Task Metadata_TextAndBytes_GoBothWays()
    {
        var received = new ReceivedMetadata();
        byte[] bytes = [0, 255, 10];
        await _host.SayAsync(new EchoMessage(), new RpcCallOptions
        {
            Metadata = [new("x-one", "eins"), new("x-two-bin", Convert.ToBase64String(bytes))],
            Received = received,
        });
        Assert.Contains(new("header-x-one", "eins"), received.Headers);
        Assert.Contains(new("trailer-x-one", "eins"), received.Trailers);
        Assert.Contains(new("trailer-x-two-bin", Convert.ToBase64String(bytes)), received.Trailers);
    }

    [Fact]
    public async Task Metadata_OfARefusal_Arrives()
    {
        var received = new ReceivedMetadata();
        await Assert.ThrowsAsync<RpcFailure>(() => _host.Channel.UnaryAsync<FailRequest, EchoMessage>(
            EchoHost.Method("Fail"), new FailRequest { Status = 5 }, new RpcCallOptions { Received = received }));
        Assert.Equal("yes", received.Find("x-failed"));
    }

    [Fact]
    public async Task Deadline_Passes_BothSidesEnd()
    {
        // On a busy machine a short deadline passes before the handler is reached.
        for (var timeout = TimeSpan.FromMilliseconds(200); !_host.Handlers.Holding.Task.IsCompleted; timeout *= 2)
        {
            var failure = await Assert.ThrowsAsync<RpcFailure>(() =>
                HoldAsync(new RpcCallOptions { Timeout = timeout }));
            Assert.Equal(Code.DeadlineExceeded, failure.Status);
        }

        Assert.Equal("Hold", await _host.Handlers.Cancelled.Task);
    }

    [Fact]
    public async Task Deadline_PassesAtTheServerAlone_ServerSaysSo()
    {
        var failure = await Assert.ThrowsAsync<RpcFailure>(() => HoldAsync(new RpcCallOptions
        {
            Metadata = [new("grpc-timeout", "50m")],
        }));
        Assert.Equal(Code.DeadlineExceeded, failure.Status);
    }

    [Fact]
    public async Task Deadline_PassesWhileTheCallerIsSlowToRead_BothSidesEnd()
    {
        var request = new CountRequest { Count = 100_000, Bytes = 10_000 };
        var options = new RpcCallOptions { Metadata = [new("grpc-timeout", "300m")] };
        await using var stream = _host.Channel.ServerStreamAsync<CountRequest, EchoMessage>(
            EchoHost.Method("Count"), request, options).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal("Count", await _host.Handlers.Cancelled.Task);
        var failure = await Assert.ThrowsAsync<RpcFailure>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
                Assert.NotEqual(100_000, stream.Current.Number);
            }
        });
        Assert.True(failure.Status is Code.DeadlineExceeded or Code.Cancelled, failure.Message);
    }

    [Fact]
    public async Task Cancel_Unary_ReachesTheHandler()
    {
        using var source = new CancellationTokenSource();
        var call = HoldAsync(null, source.Token);
        await _host.Handlers.Holding.Task;
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal("Hold", await _host.Handlers.Cancelled.Task);
    }

    [Fact]
    public async Task Cancel_ServerStreamByLeavingIt_ReachesTheHandler()
    {
        var request = new CountRequest { Count = 1, Hold = true };
        await foreach (var _ in _host.Channel.ServerStreamAsync<CountRequest, EchoMessage>(
            EchoHost.Method("Count"), request))
        {
            break;
        }

        Assert.Equal("Count", await _host.Handlers.Cancelled.Task);
    }

    [Fact]
    public async Task Cancel_Duplex_ReachesTheHandler()
    {
        var requests = Channel.CreateUnbounded<EchoMessage>();
        await requests.Writer.WriteAsync(new EchoMessage());
        await foreach (var _ in _host.Channel.DuplexAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Chat"), requests.Reader.ReadAllAsync()))
        {
            break;
        }

        Assert.Equal("Chat", await _host.Handlers.Cancelled.Task);
    }

    [Fact]
    public async Task Stop_OpenStream_EndsAsUnavailable()
    {
        var request = new CountRequest { Count = 1, Hold = true };
        await using var stream = _host.Channel
            .ServerStreamAsync<CountRequest, EchoMessage>(EchoHost.Method("Count"), request).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        var stop = _host.StopAsync();
        var failure = await Assert.ThrowsAsync<RpcFailure>(async () => await stream.MoveNextAsync());
        Assert.Equal(Code.Unavailable, failure.Status);
        await stop;
    }

    [Fact]
    public async Task Gate_Refuses_NoHandlerRuns()
    {
        await using var host = await EchoHost.StartAsync(t => t.Gate = c => c.Header("authorization") == "Bearer x"
            ? ValueTask.CompletedTask
            : throw new RpcError(RpcStatus.Unauthenticated, "Who are you?"));
        var failure = await Assert.ThrowsAsync<RpcFailure>(() => host.SayAsync(new EchoMessage()));
        Assert.Equal(Code.Unauthenticated, failure.Status);
        var options = new RpcCallOptions { Metadata = [new("authorization", "Bearer x")] };
        Assert.Equal(new EchoMessage(), await host.SayAsync(new EchoMessage(), options));
    }

    [Fact]
    public async Task Ended_EveryCall_IsToldOnceWithItsStatus()
    {
        var ended = Channel.CreateUnbounded<(string Method, RpcStatus Status)>();
        await using var host = await EchoHost.StartAsync(t =>
            t.Ended = (c, s) => ended.Writer.TryWrite((c.Method.Descriptor.Name, s)));
        await host.SayAsync(new EchoMessage());
        Assert.Equal(("Say", RpcStatus.Ok), await ended.Reader.ReadAsync());
        await Assert.ThrowsAsync<RpcFailure>(() => host.Channel.UnaryAsync<FailRequest, EchoMessage>(
            EchoHost.Method("Fail"), new FailRequest { Status = 9 }));
        Assert.Equal(("Fail", RpcStatus.FailedPrecondition), await ended.Reader.ReadAsync());
        var counting = host.Channel.ServerStreamAsync<CountRequest, EchoMessage>(
            EchoHost.Method("Count"), new CountRequest { Count = 2, Fail = true });
        await Assert.ThrowsAsync<RpcFailure>(async () => await counting.ToListAsync());
        Assert.Equal(("Count", RpcStatus.DataLoss), await ended.Reader.ReadAsync());
        Assert.False(ended.Reader.TryRead(out _));
    }

    private async Task<RpcFailure> FailAsync(FailRequest request) =>
        await Assert.ThrowsAsync<RpcFailure>(() =>
            _host.Channel.UnaryAsync<FailRequest, EchoMessage>(EchoHost.Method("Fail"), request));

    private Task<EchoMessage> HoldAsync(RpcCallOptions? options, CancellationToken cancellationToken = default) =>
        _host.Channel.UnaryAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Hold"), new EchoMessage(), options, cancellationToken);
}
