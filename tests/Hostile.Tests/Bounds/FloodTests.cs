using System.Net;
using Commission.Contracts.V1;
using Commission.Hostile.Tests.Hosts;
using Commission.Hostile.Tests.Raw;

namespace Commission.Hostile.Tests.Bounds;

/// <summary>Too many connections, resets, headers, questions.</summary>
public sealed class FloodTests(TightServer tight, ITestOutputHelper output) : IClassFixture<TightServer>
{
    private const uint EnhanceYourCalm = 11;
    private const long MiB = 1024 * 1024;

    private readonly HostileServer _server = tight.Server;

    [Fact]
    public async Task Connections_BeyondTheMost_AreClosedAtOnce()
    {
        using var patience = Patience.Long();
        var open = new List<Http2Session>();
        Http2Frame? first;
        do
        {
            open.Add(await Http2Session.OpenAsync(_server.Grpc, patience.Token));
            first = await open[^1].ReadAsync(patience.Token);
        }
        while (first is not null && open.Count <= TightServer.Connections);

        Assert.Null(first);
        Assert.InRange(open.Count, TightServer.Connections / 2, TightServer.Connections + 1);
        open.ForEach(session => session.Dispose());
        await _server.SettleAsync(now => now.Connections < TightServer.Connections / 2);
        using var next = await Http2Session.OpenAsync(_server.Grpc, patience.Token);
        Assert.NotNull(await next.ReadAsync(patience.Token));
    }

    [Theory]
    [InlineData(Calls.GetEstimate)]
    [InlineData(Calls.WatchEstimate)]
    public async Task Calls_ResetAtOnce_EndAndStopNobody(string path)
    {
        const int calls = 20_000;
        using var patience = Patience.Long();
        await using var neighbour = await Neighbour.StartAsync(_server);
        var before = await _server.MeasureAsync();
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience.Token);
        var reading = session.ReadAsync(frame => frame.Type == FrameType.GoAway, patience.Token);
        var request = Calls.Frame(new GetEstimateRequest { Rep = "rep-290" });
        var sent = 0;
        for (var stream = 1; sent < calls && !reading.IsCompleted; sent++, stream += 2)
        {
            var reset = Http2Frame.NumberOf(FrameType.Reset, stream, 8).ToBytes();
            if (!await session.SendAsync([.. Http2Session.Call(stream, path, request), .. reset], patience.Token))
            {
                break;
            }
        }

        session.Finish();
        var ended = await reading;
        var after = await _server.SettleAsync(now => now is { Requests: 0, Calls: 0, Streams: 0 });
        await neighbour.LeaveAsync();
        output.WriteLine(
            $"{sent} calls were opened and reset; GOAWAY {ended?.ErrorCode}; another client had {neighbour.Answers} "
            + $"answers meanwhile, the slowest in {neighbour.Longest}; log lines {after.LogLines - before.LogLines}");
        Assert.True(ended is null or { ErrorCode: 0 or EnhanceYourCalm }, $"{ended?.ErrorCode}");
        Assert.Equal((0, 0, 0), (after.Requests, after.Calls, after.Streams));
        Assert.InRange(after.ManagedBytes - before.ManagedBytes, long.MinValue, 48 * MiB);
        Assert.InRange(after.LogLines - before.LogLines, 0, 100);
    }

    [Fact]
    public async Task HeadersWithoutEnd_OverHttp2_EndTheConnection()
    {
        using var patience = Patience.Long();
        var before = await _server.MeasureAsync();
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience.Token);
        await session.SendAsync(
            Http2Frame.Of(FrameType.Headers, 0, 1, Http2Session.CallHeaders(Calls.GetEstimate)), patience.Token);
        var piece = Http2Frame.Of(FrameType.Continuation, 0, 1, Hpack.Encode(("x", new string('y', 16_000)))).ToBytes();
        var sent = 0;
        while (sent < 10_000 && await session.SendAsync(piece, patience.Token))
        {
            sent++;
        }

        output.WriteLine($"The server took {sent} frames of 16 kB.");
        Assert.InRange(sent, 0, 9_999);
        var after = await _server.MeasureAsync();
        Assert.InRange(after.ManagedBytes - before.ManagedBytes, long.MinValue, 8 * MiB);
    }

    [Fact]
    public async Task HeaderBomb_OfIndexedHeaders_IsRefused()
    {
        using var patience = Patience.Long();
        using var session = await Http2Session.OpenAsync(_server.Grpc, patience.Token);
        // One header of 4 kB goes into the table; each byte after it means all of it again.
        byte[] block =
        [
            .. Http2Session.CallHeaders(Calls.GetEstimate), .. Hpack.EncodeIndexed("x", new string('y', 3900)),
            .. Enumerable.Repeat((byte)(0x80 | 62), 10_000),
        ];
        await session.SendAsync(Http2Frame.Of(FrameType.Headers, 5, 1, block), patience.Token);

        var end = await session.ReadAsync(
            frame => frame.Type is FrameType.GoAway or FrameType.Reset or FrameType.Headers, patience.Token);

        var status = end?.Type == FrameType.Headers ? Hpack.Decode(end.Payload)?.GetValueOrDefault(":status") : "none";
        Assert.True(status is "none" or "431", $"{end?.Type} {status}");
    }

    [Theory]
    [InlineData("headers", 101, 1, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    [InlineData("bytes", 1, 17_000, HttpStatusCode.RequestHeaderFieldsTooLarge)]
    public async Task HeaderBomb_OverHttp1_IsRefused(string what, int count, int length, HttpStatusCode status)
    {
        using var http = Calls.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_server.Json, "/v1/reps"));
        for (var i = 0; i < count; i++)
        {
            request.Headers.Add($"x-{i}", new string('y', length));
        }

        using var answer = await http.SendAsync(request);

        Assert.Equal((what, status), (what, answer.StatusCode));
    }

    [Fact]
    public async Task Addresses_ThatAreHuge_AreRefused()
    {
        using var http = Calls.Client();
        var path = new Uri(_server.Json, "/v1/reps/" + new string('a', 9000));
        var deep = new Uri(_server.Json, "/v1/reps/a/estimate?" + string.Join('.', Enumerable.Repeat("as_of", 1200)));
        var many = new Uri(_server.Json, "/v1/reps/a/estimate?" + string.Join('&', Enumerable.Repeat("a=b", 1900)));

        Assert.Equal(HttpStatusCode.RequestUriTooLong, (await http.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync(deep)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync(many)).StatusCode);
    }

    [Fact]
    public async Task Preflights_OfManyPages_AreAnsweredOnceAnHour()
    {
        using var http = Calls.Client();
        var before = await _server.MeasureAsync();
        for (var i = 0; i < 500; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, new Uri(_server.Json, "/v1/deals:record"));
            request.Headers.Add("Origin", TightServer.Origin);
            request.Headers.Add("Access-Control-Request-Method", "POST");
            using var answer = await http.SendAsync(request);
            Assert.Equal("3600", answer.Headers.GetValues("Access-Control-Max-Age").Single());
        }

        var after = await _server.MeasureAsync();
        Assert.InRange(after.ManagedBytes - before.ManagedBytes, long.MinValue, 4 * MiB);
    }

    [Fact]
    public async Task Questions_AboutWhatThereIsNot_AreNotKept()
    {
        const int names = 20_000;
        await using var neighbour = await Neighbour.StartAsync(_server);
        using var http = Calls.Client();
        var before = await _server.MeasureAsync();
        await Parallel.ForAsync(0, names, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var request = new GetEstimateRequest { Rep = $"unheard-of-{i}" };
            using var message = Calls.Request(
                _server.Grpc, Calls.GetEstimate, new ByteArrayContent(Calls.Frame(request)));
            Assert.Equal("5", (await Calls.SendAsync(http, message)).Status);
        });

        var after = await _server.MeasureAsync();
        var each = (after.ManagedBytes - before.ManagedBytes) / names;
        output.WriteLine($"A payee that there is not costs {each:N0} bytes after it was asked for.");
        await neighbour.LeaveAsync();
        Assert.InRange(each, long.MinValue, 512);
    }
}
