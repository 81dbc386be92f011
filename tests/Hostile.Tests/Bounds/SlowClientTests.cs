using System.Text;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Hostile.Tests.Hosts;
using Commission.Hostile.Tests.Raw;

namespace Commission.Hostile.Tests.Bounds;

/// <summary>Clients that send or read next to nothing, and those that are gone without a word.</summary>
public sealed class SlowClientTests(TightServer tight, ITestOutputHelper output) : IClassFixture<TightServer>
{
    private readonly HostileServer _server = tight.Server;

    [Fact]
    public async Task Headers_ThatTrickle_EndTheConnection()
    {
        using var patience = Patience.Long();
        using var connection = await RawConnection.OpenAsync(_server.Json, patience.Token);

        await connection.SendAsync("GET /v1/reps HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray(), patience.Token);
        var answer = Encoding.ASCII.GetString(await connection.ReadToEndAsync(patience.Token));

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_WithoutACall_AreClosed()
    {
        using var patience = Patience.Long();
        using var http1 = await RawConnection.OpenAsync(_server.Json, patience.Token);
        using var silent = await RawConnection.OpenAsync(_server.Grpc, patience.Token);
        using var http2 = await Http2Session.OpenAsync(_server.Grpc, patience.Token);

        Assert.Empty(await http1.ReadToEndAsync(patience.Token));
        await silent.ReadToEndAsync(patience.Token);
        await http2.ReadAsync(_ => false, patience.Token);
    }

    [Fact]
    public async Task Bodies_ThatTrickle_EndTheConnection()
    {
        using var patience = Patience.Long();
        using var http1 = await RawConnection.OpenAsync(_server.Json, patience.Token);
        const string head = "POST /v1/deals:record HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
        await http1.SendAsync(Encoding.ASCII.GetBytes(head + "Content-Length: 1000\r\n\r\n{"), patience.Token);

        var answer = Encoding.ASCII.GetString(await http1.ReadToEndAsync(patience.Token));

        Assert.Contains("408", answer, StringComparison.Ordinal);
        await UnaryWithoutABodyAsync(patience.Token);
    }

    [Fact]
    public async Task StreamOfEvents_ThatIsSilent_GoesOn()
    {
        using var patience = Patience.Long();
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience.Token);
        await session.SendAsync(
            Http2Frame.Of(FrameType.Headers, Http2Frame.EndHeaders, 1, Http2Session.CallHeaders(Calls.RecordStream)),
            patience.Token);

        // As long as the server bears a request that is no stream.
        var reading = session.ReadAsync(
            frame => frame is { Type: FrameType.Data, Payload.Length: > 0 }, patience.Token);
        await UnaryWithoutABodyAsync(patience.Token);
        var message = new RecordRequest { EventId = "late", Deal = new Deal { Deal_ = "late" } };
        await session.SendAsync(
            Http2Frame.Of(FrameType.Data, Http2Frame.EndStream, 1, Calls.Frame(message)), patience.Token);

        Assert.NotNull(await reading);
    }

    [Fact]
    public async Task Watch_OfAClientThatIsGone_Ends()
    {
        using var patience = Patience.Long();
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience.Token);
        session.Acknowledges = false;
        var request = Calls.Frame(new WatchEstimateRequest { Rep = Company.Steady });
        await session.SendAsync(Http2Session.Call(1, Calls.WatchEstimate, request), patience.Token);
        Assert.NotNull(await session.ReadAsync(frame => frame.Type == FrameType.Data, patience.Token));
        Assert.Equal(1, (await _server.MeasureAsync()).Streams);

        await session.ReadAsync(_ => false, patience.Token);

        Assert.Equal(0, (await _server.SettleAsync(now => now.Streams == 0)).Streams);
    }

    [Fact]
    public async Task Watches_ThatAreNotRead_KeepNothing()
    {
        const int watchers = 200;
        const int changes = 300;
        using var patience = Patience.Long();
        await using var neighbour = await Neighbour.StartAsync(_server);
        using var channel = _server.Connect();
        var before = await _server.MeasureAsync();
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience.Token, window: 0);
        var request = Calls.Frame(new WatchEstimateRequest { Rep = "rep-290" });
        for (var i = 0; i < watchers; i++)
        {
            await session.SendAsync(Http2Session.Call((2 * i) + 1, Calls.WatchEstimate, request), patience.Token);
        }

        await _server.SettleAsync(now => now.Streams == watchers);
        // Pings are answered: the client is there, and only reads nothing.
        var ended = session.ReadAsync(_ => false, patience.Token);
        await ChangeAsync(channel, changes);
        var after = await _server.MeasureAsync();

        var each = (after.ManagedBytes - before.ManagedBytes) / watchers;
        output.WriteLine($"{watchers} watches that are not read hold {each:N0} bytes each after {changes} changes.");
        Assert.InRange(each, long.MinValue, 64 * 1024);
        await neighbour.LeaveAsync();
        session.Dispose();
        await Record.ExceptionAsync(() => ended);
        Assert.Equal(0, (await _server.SettleAsync(now => now.Streams == 0)).Streams);
    }

    [Fact]
    public async Task Answers_ThatAreNotRead_EndTheConnection()
    {
        const int calls = 50;
        using var patience = Patience.Long();
        await using var neighbour = await Neighbour.StartAsync(_server);
        var before = await _server.MeasureAsync();
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience.Token, window: 0);
        var request = Calls.Frame(new GetEstimateRequest { Rep = "rep-290" });
        var asked = Enumerable.Range(0, calls)
            .SelectMany(i => Http2Session.Call((2 * i) + 1, Calls.GetEstimate, request));
        await session.SendAsync(asked.ToArray(), patience.Token);

        var answers = 0;
        var ended = session.ReadAsync(frame => Counted(frame, ref answers), patience.Token);
        var during = await _server.SettleAsync(_ => Volatile.Read(ref answers) == calls || ended.IsCompleted);
        output.WriteLine($"{calls} answers, {answers} begun, that are not read: "
            + $"{(during.ManagedBytes - before.ManagedBytes) / calls:N0} bytes each.");
        await ended;

        Assert.NotEqual(0, answers);
        await neighbour.LeaveAsync();
        var after = await _server.SettleAsync(now => now is { Requests: 0, Calls: 0 });
        Assert.Equal((0, 0), (after.Requests, after.Calls));
    }

    private static bool Counted(Http2Frame frame, ref int answers)
    {
        Volatile.Write(ref answers, answers + (frame.Type == FrameType.Headers ? 1 : 0));
        return false;
    }

    private static async Task ChangeAsync(RpcChannel channel, int changes)
    {
        for (var i = 0; i < changes; i++)
        {
            await Company.RecordAsync(channel, $"unread-{i}", "rep-290", 100 + i);
        }
    }

    /// <summary>Returns when the server has given up on a call whose body does not come.</summary>
    private async Task UnaryWithoutABodyAsync(CancellationToken patience)
    {
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience);
        await session.SendAsync(
            Http2Frame.Of(FrameType.Headers, Http2Frame.EndHeaders, 1, Http2Session.CallHeaders(Calls.Record)),
            patience);
        await session.SendAsync(Http2Frame.Of(FrameType.Data, 0, 1, 0), patience);
        await session.ReadAsync(
            frame => frame.Type is FrameType.GoAway or FrameType.Reset || (frame.Flags & 1) == 1 && frame.Stream == 1,
            patience);
    }
}
