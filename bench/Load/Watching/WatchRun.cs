using Commission.Bench;
using Commission.Load.Calls;
using Commission.Load.Events;

namespace Commission.Load.Watching;

/// <summary>Events that were sent while watchers were there, and what it cost.</summary>
/// <param name="Events">Of payees in turn, the first one first.</param>
/// <param name="Payees">How many payees.</param>
/// <param name="Silo">Processors that the silo used.</param>
/// <param name="Own">Processors that this process used: watchers and source.</param>
/// <param name="Ended">When all were credited.</param>
internal sealed record WatchRun(PacedEvents Events, int Payees, double Silo, double Own, long Ended)
{
    /// <summary>
    /// How long after its acknowledgement each event was seen by each who watches its payee; zero where it was seen
    /// before the acknowledgement was.
    /// </summary>
    public Latencies SinceAcknowledged(ILookup<string, Watcher> watchers) => Sights(watchers, (at, _) => at);

    /// <summary>How long after it should have been sent each was.</summary>
    public Latencies SinceDue(ILookup<string, Watcher> watchers) =>
        Sights(watchers, (_, number) => Events.DueAt(number));

    /// <summary>How long after they were recorded the states were seen that were seen in this run.</summary>
    public Latencies SinceRecorded(ILookup<string, Watcher> watchers)
    {
        var latencies = new Latencies();
        foreach (var sight in watchers.SelectMany(payee => payee).SelectMany(watcher => watcher.Sights)
            .Where(sight => Events.Start <= sight.At && sight.At <= Ended))
        {
            latencies.Add((long)(sight.Age.TotalSeconds * TimeProvider.System.TimestampFrequency));
        }

        return latencies;
    }

    private Latencies Sights(ILookup<string, Watcher> watchers, Func<long, int, long> since)
    {
        var latencies = new Latencies();
        for (var number = 0; number < Events.Count; number++)
        {
            var (at, position) = Events.AcknowledgedAt(number);
            var from = since(at, number);
            foreach (var seen in watchers[Company.Payee(number % Payees)].Select(watcher => watcher.Saw(position)))
            {
                latencies.Add(seen == 0
                    ? throw new InvalidOperationException($"A watcher never saw event {position}.")
                    : Math.Max(0, seen - from));
            }
        }

        return latencies;
    }
}
