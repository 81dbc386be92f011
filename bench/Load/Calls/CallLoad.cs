using Commission.Bench;
using Commission.Load.Measuring;

namespace Commission.Load.Calls;

/// <summary>As many calls as a server answers, on some connections with many calls each.</summary>
/// <param name="streams">Calls under way together, over all connections.</param>
internal sealed class CallLoad(int streams)
{
    private const int Connections = 4;

    /// <summary>Calls a server for a while.</summary>
    /// <returns>Calls a second, and what they took.</returns>
    /// <exception cref="InvalidOperationException">An answer was wrong.</exception>
    public async Task<(double Rate, Latencies Latencies)> RunAsync(Uri server, CallScript script, TimeSpan length)
    {
        var latencies = Enumerable.Range(0, Connections).Select(_ => new Latencies()).ToList();
        var connections = latencies.Select((one, i) =>
            new CallConnection(server, script, i * 1000L, streams / Connections, one)).ToList();
        var start = TimeProvider.System.GetTimestamp();
        var running = connections.Select(connection => Task.Run(connection.RunAsync)).ToList();
        await Task.WhenAny(running.Append(Task.Delay(length)));
        connections.ForEach(connection => connection.End());
        await Task.WhenAll(running);
        var took = TimeProvider.System.GetElapsedTime(start);
        connections.ForEach(connection => connection.Dispose());
        var all = Latencies.Of(latencies);
        return (all.Count / took.TotalSeconds, all);
    }

    /// <summary>A server and the empty one in turn, and what they take for a call.</summary>
    /// <param name="sheet">Gets the figures.</param>
    /// <param name="server">The one that is measured.</param>
    /// <param name="script">What it is asked.</param>
    /// <param name="answer">Bytes of the messages that it answers with.</param>
    /// <param name="times">How often, and for how long.</param>
    public async Task CompareAsync(
        Sheet sheet, ServerUnderLoad server, CallScript script, int answer, (int Rounds, TimeSpan Length) times)
    {
        await using var process = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Commission.Load.dll"), "serve-empty", $"{answer}");
        var empty = new ServerUnderLoad("empty handler", process.Address, process.Usage);
        var marked = script.Marked([EmptyServer.Mark]);
        await RunAsync(server.Address, script, times.Length);
        await RunAsync(empty.Address, marked, times.Length);
        for (var round = 0; round < times.Rounds; round++)
        {
            await MeasureAsync(sheet, server, script, times.Length);
            await MeasureAsync(sheet, empty, marked, times.Length);
        }
    }

    /// <summary>Calls a server for a while, and notes its rate, times, and what a call takes of processors.</summary>
    public async Task MeasureAsync(Sheet sheet, ServerUnderLoad server, CallScript script, TimeSpan length)
    {
        var before = server.Usage().Processor;
        var (rate, latencies) = await RunAsync(server.Address, script, length);
        var used = server.Usage().Processor - before;
        sheet.More($"{server.Name}: calls", "/s", rate);
        sheet.Less($"{server.Name}: p50", "ms", latencies.Milliseconds(0.5));
        sheet.Less($"{server.Name}: p99", "ms", latencies.Milliseconds(0.99));
        sheet.Less($"{server.Name}: processor time of a call", "µs", used.TotalMicroseconds / latencies.Count);
    }
}

/// <summary>A server that is measured.</summary>
/// <param name="Name">For people.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Usage">Processor time and memory until now.</param>
internal sealed record ServerUnderLoad(
    string Name, Uri Address, Func<(TimeSpan Processor, long Resident, long Peak)> Usage);
