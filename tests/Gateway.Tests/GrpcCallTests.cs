using System.Threading.Channels;
using Commission.Client;
using Commission.Gateway.Tests.Proto;
using Google.Rpc;

namespace Commission.Gateway.Tests;

public sealed class GrpcCallTests : IAsyncLifetime
{
    private EchoHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Unary_Request_IsAnswered()
    {
        var request = new EchoMessage { Text = "hello", Number = long.MinValue, Words = { "a", "b" } };
        Assert.Equal(request, await _host.SayAsync(request));
    }

    [Fact]
    public async Task Unary_EmptyMessage_IsAnswered() =>
        Assert.Equal(new EchoMessage(), await _host.SayAsync(new EchoMessage()));

    [Fact]
    public async Task Unary_ManyAtOnce_AreAnsweredEachWithItsOwn()
    {
        var calls = Enumerable.Range(0, 500).Select(i => _host.SayAsync(new EchoMessage { Number = i }));
        var numbers = (await Task.WhenAll(calls)).Select(r => r.Number);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), numbers);
    }

    [Fact]
    public async Task ServerStream_Messages_ArriveInOrder()
    {
        var request = new CountRequest { Count = 1000, Bytes = 100 };
        var numbers = await _host.Channel
            .ServerStreamAsync<CountRequest, EchoMessage>(EchoHost.Method("Count"), request)
            .Select(m => m.Number).ToListAsync();
        Assert.Equal(Enumerable.Range(1, 1000).Select(i => (long)i), numbers);
    }

    [Fact]
    public async Task ServerStream_HandlerWaits_EarlierMessagesAreSent()
    {
        var request = new CountRequest { Count = 3, Hold = true };
        await using var stream = _host.Channel
            .ServerStreamAsync<CountRequest, EchoMessage>(EchoHost.Method("Count"), request).GetAsyncEnumerator();
        for (var i = 1; i <= 3; i++)
        {
            Assert.True(await stream.MoveNextAsync());
            Assert.Equal(i, stream.Current.Number);
        }
    }

    [Fact]
    public async Task ServerStream_FailsMidway_MessagesThenStatusArrive()
    {
        var request = new CountRequest { Count = 2, Fail = true };
        var seen = 0;
        var failure = await Assert.ThrowsAsync<RpcFailure>(async () =>
        {
            await foreach (var _ in _host.Channel.ServerStreamAsync<CountRequest, EchoMessage>(
                EchoHost.Method("Count"), request))
            {
                seen++;
            }
        });
        Assert.Equal(2, seen);
        Assert.Equal((Code.DataLoss, "The rest is lost."), (failure.Status, failure.Message));
    }

    [Fact]
    public async Task ServerStream_SlowReader_HoldsTheHandlerBack()
    {
        var request = new CountRequest { Count = 100_000, Bytes = 10_000 };
        await using var stream = _host.Channel
            .ServerStreamAsync<CountRequest, EchoMessage>(EchoHost.Method("Count"), request).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        await _host.SayAsync(new EchoMessage());
        Assert.InRange(_host.Handlers.Produced, 0, 10_000);
    }

    [Fact]
    public async Task ServerStream_ReadersLeaveWhileItWrites_EndsWithoutAnIncident()
    {
        const int readers = 50;
        var request = new CountRequest { Count = int.MaxValue, Bytes = 100 };
        for (var i = 0; i < readers; i++)
        {
            await using var stream = _host.Channel
                .ServerStreamAsync<CountRequest, EchoMessage>(EchoHost.Method("Count"), request).GetAsyncEnumerator();
            Assert.True(await stream.MoveNextAsync());
        }

        for (var i = 0; i < readers; i++)
        {
            Assert.True(await _host.Handlers.Ended.WaitAsync(TimeSpan.FromMinutes(1)), $"Only {i} streams ended.");
        }

        Assert.Empty(_host.Log.Errors);
    }

    [Fact]
    public async Task ClientStream_Requests_AreSummed()
    {
        var requests = Enumerable.Range(1, 10_000).Select(i => new EchoMessage { Number = i }).ToAsyncEnumerable();
        var response = await _host.Channel.ClientStreamAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Sum"), requests);
        Assert.Equal(50_005_000, response.Number);
    }

    [Fact]
    public async Task ClientStream_NoRequests_IsAnswered()
    {
        var response = await _host.Channel.ClientStreamAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Sum"), AsyncEnumerable.Empty<EchoMessage>());
        Assert.Equal(0, response.Number);
    }

    [Fact]
    public async Task Duplex_PingPong_EachAnswerComesBeforeTheNextRequest()
    {
        var requests = Channel.CreateUnbounded<EchoMessage>();
        await using var responses = _host.Channel.DuplexAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Chat"), requests.Reader.ReadAllAsync()).GetAsyncEnumerator();
        for (var i = 0; i < 100; i++)
        {
            await requests.Writer.WriteAsync(new EchoMessage { Number = i });
            Assert.True(await responses.MoveNextAsync());
            Assert.Equal(i, responses.Current.Number);
        }

        requests.Writer.Complete();
        Assert.False(await responses.MoveNextAsync());
    }

    [Fact]
    public async Task Duplex_ServerEndsFirst_TheCallEndsWell()
    {
        var requests = Channel.CreateUnbounded<EchoMessage>();
        await requests.Writer.WriteAsync(new EchoMessage { Number = 1 });
        await requests.Writer.WriteAsync(new EchoMessage { Text = "stop" });
        var responses = await _host.Channel.DuplexAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Chat"), requests.Reader.ReadAllAsync()).ToListAsync();
        Assert.Equal([1L], responses.Select(r => r.Number));
    }

    [Fact]
    public async Task Duplex_RequestsThrow_TheCallerGetsTheException()
    {
        static async IAsyncEnumerable<EchoMessage> Broken()
        {
            yield return new EchoMessage();
            await Task.CompletedTask;
            throw new InvalidDataException("the source is broken");
        }

        await Assert.ThrowsAsync<InvalidDataException>(async () => await _host.Channel
            .DuplexAsync<EchoMessage, EchoMessage>(EchoHost.Method("Chat"), Broken()).ToListAsync());
    }
}
