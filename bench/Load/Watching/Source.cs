using Commission.Bench;
using Commission.Contracts.V1;

namespace Commission.Load.Watching;

/// <summary>Sends new deals at a fixed rate, each owned by one payee in turn, and notes when.</summary>
/// <param name="company">Whose payees.</param>
/// <param name="rate">Events a second.</param>
/// <param name="count">Events in all.</param>
/// <param name="warmUp">How many of the first are not looked at.</param>
internal sealed class Source(Company company, int rate, int count, int warmUp)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(2);
    private readonly (long Sent, long Acknowledged, Position? Position)[] _events =
        new (long, long, Position?)[count];

    public int Count => count;

    /// <summary>When the first event was sent that is looked at.</summary>
    public long MeasuredFrom => _events[warmUp].Sent;

    /// <summary>The last event of each shard.</summary>
    public IEnumerable<Position> Last => _events.Select(one => one.Position!)
        .GroupBy(position => position.Shard).Select(shard => shard.MaxBy(position => position.Number)!);

    /// <summary>Sends all of them, and returns when all are acknowledged.</summary>
    public async Task RunAsync()
    {
        var method = DealsReflection.Descriptor.Services[0].FindMethodByName("RecordStream");
        await foreach (var ack in company.Channel.DuplexAsync<RecordRequest, RecordAck>(method, Events()))
        {
            ref var one = ref _events[ack.Index];
            one.Acknowledged = TimeProvider.System.GetTimestamp();
            one.Position = Company.PositionOf(ack);
        }
    }

    /// <summary>How long each event took to be acknowledged.</summary>
    public List<TimeSpan> Acknowledgements() => [.. _events.Skip(warmUp).Select(one =>
        TimeProvider.System.GetElapsedTime(one.Sent, one.Acknowledged))];

    /// <summary>
    /// How long after its acknowledgement (or sending) each event was seen by each who watches its payee; zero where it
    /// was seen before the acknowledgement was.
    /// </summary>
    public List<TimeSpan> Sights(List<Watcher> watchers, bool sinceSent)
    {
        var byRep = watchers.ToLookup(watcher => watcher.Rep, StringComparer.Ordinal);
        var times = new List<TimeSpan>();
        for (var i = warmUp; i < count; i++)
        {
            var (sent, acknowledged, position) = _events[i];
            var since = sinceSent ? sent : acknowledged;
            var watching = byRep[Company.Payee(i % company.Payees)];
            times.AddRange(watching.Select(watcher => watcher.Saw(position!)).Select(seen => seen == 0
                ? throw new InvalidOperationException($"A watcher never saw event {position}.")
                : TimeProvider.System.GetElapsedTime(since, Math.Max(since, seen))));
        }

        return times;
    }

    private async IAsyncEnumerable<RecordRequest> Events()
    {
        var start = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < count;)
        {
            var due = (int)Math.Min(count, TimeProvider.System.GetElapsedTime(start).TotalSeconds * rate);
            if (i >= due)
            {
                await Task.Delay(Step);
            }

            for (; i < due; i++)
            {
                _events[i].Sent = TimeProvider.System.GetTimestamp();
                yield return Company.Event("W", i, i % company.Payees);
            }
        }
    }
}
