using Commission.Contracts.V1;
using Commission.Hostile.Tests.Hosts;
using Commission.Hostile.Tests.Raw;

namespace Commission.Hostile.Tests.Bounds;

/// <summary>Very many watches that nothing happens to.</summary>
public sealed class IdleWatcherTests(ITestOutputHelper output)
{
    private const int Connections = 10;
    private const int Each = 1000;
    private const int MostBytesEach = 40 * 1024;
    private const long MiB = 1024 * 1024;

    [Fact]
    public async Task Watches_TenThousandIdle_CostLittleAndStopNobody()
    {
        using var patience = Patience.Long();
        await using var server = await HostileServer.StartAsync();
        using var channel = server.Connect();
        await Company.PutAsync(channel);
        // A round first, so that the measured one finds what is made once, the payees among it.
        await WatchAsync(server, 1, _ => Task.CompletedTask, patience.Token);
        await using var neighbour = await Neighbour.StartAsync(server);
        var before = await server.SettleAsync(now => now.Streams == 0);

        await WatchAsync(server, Connections, async _ =>
        {
            output.WriteLine($"While they came: another client's slowest answer took {neighbour.Longest}.");
            var during = await server.MeasureAsync();
            var each = (during.ManagedBytes - before.ManagedBytes) / (Connections * Each);
            output.WriteLine($"{during.Streams:N0} idle watches hold {each:N0} managed bytes each; "
                + $"the process has {during.WorkingSetBytes / MiB} MiB, {before.WorkingSetBytes / MiB} before.");
            Assert.Equal(Connections * Each, during.Streams);
            Assert.InRange(each, 0, MostBytesEach);
            var answers = neighbour.Answers;
            await Company.RecordAsync(channel, "among-watchers", "rep-290", 700);
            Assert.True(neighbour.Answers >= answers);
            output.WriteLine($"While they were there: {neighbour.Longest}.");
        }, patience.Token);

        var after = await server.SettleAsync(now => now is { Streams: 0, Requests: < 3 });
        await neighbour.LeaveAsync();
        output.WriteLine($"After they left: {after}; before: {before}");
        output.WriteLine($"Another client: {neighbour.Answers} answers, the slowest in {neighbour.Longest}.");
        Assert.Equal(0, after.Streams);
        Assert.InRange(after.ManagedBytes - before.ManagedBytes, long.MinValue, 48 * MiB);
        Assert.InRange(after.Files - before.Files, int.MinValue, 10);
    }

    private static async Task WatchAsync(
        HostileServer server, int connections, Func<List<Http2Session>, Task> meanwhile, CancellationToken patience)
    {
        var sessions = new List<Http2Session>();
        try
        {
            for (var i = 0; i < connections; i++)
            {
                sessions.Add(await OpenAsync(server, patience));
            }

            await meanwhile(sessions);
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    /// <summary>A connection of as many watches as it may have, each with its first state.</summary>
    private static async Task<Http2Session> OpenAsync(HostileServer server, CancellationToken patience)
    {
        const uint window = 1 << 30;
        var session = await Http2Session.OpenAsync(server.Grpc, patience);
        await session.SendAsync(Http2Frame.NumberOf(FrameType.WindowUpdate, 0, window), patience);
        var reps = Company.Reps;
        var waiting = Enumerable.Range(0, Each).Select(i => (2 * i) + 1).ToHashSet();
        foreach (var stream in waiting)
        {
            var request = new WatchEstimateRequest { Rep = reps[stream / 2 % reps.Count].Rep_ };
            await session.SendAsync(Http2Session.Call(stream, Calls.WatchEstimate, Calls.Frame(request)), patience);
        }

        while (waiting.Count > 0)
        {
            var frame = await session.ReadAsync(frame => frame.Type == FrameType.Data, patience);
            Assert.NotNull(frame);
            waiting.Remove(frame.Stream);
        }

        return session;
    }
}
