using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Load.Watching;

/// <summary>Sends new deals at a fixed rate, each owned by one payee in turn, and notes when.</summary>
/// <param name="silo">Where it sends.</param>
/// <param name="reps">How many payees.</param>
/// <param name="rate">Events a second.</param>
/// <param name="count">Events in all.</param>
/// <param name="warmUp">How many of the first are not looked at.</param>
internal sealed class Source(SiloProcess silo, int reps, int rate, int count, int warmUp)
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

    public static string Id(int rep) => string.Create(CultureInfo.InvariantCulture, $"w{rep:000000}");

    /// <summary>A plan of two tiers, and the payees on it.</summary>
    public async Task PutPayeesAsync()
    {
        await silo.CallAsync<PublishPlanRequest, PublishedPlan>(
            PlansReflection.Descriptor.Services[0], "Publish", new PublishPlanRequest
            {
                Text = """
                    plan: watched
                    title: Watched
                    currency: USD
                    effective: 2020-01-01
                    pays: monthly
                    components:
                      - component: commission
                        title: Commission
                        credit: [owner]
                        measure: amount
                        window: quarter
                        quota: bookings
                        tiers:
                          - { from: 0%, rate: 5% }
                          - { from: 100%, rate: 10% }
                    """,
            });
        for (var i = 0; i < reps; i++)
        {
            var assignment = new Assignment { Plan = "watched", From = "2020-01-01" };
            assignment.Quotas.Add("bookings", new Quota { Window = "quarter", Amount = "100000" });
            await silo.CallAsync<Rep, PutRepReply>(
                RepsReflection.Descriptor.Services[0],
                "Put",
                new Rep { Rep_ = Id(i), Name = $"Payee {Id(i)}", Assignments = { assignment } });
        }
    }

    /// <summary>Sends all of them, and returns when all are acknowledged.</summary>
    public async Task RunAsync()
    {
        var method = DealsReflection.Descriptor.Services[0].FindMethodByName("RecordStream");
        await foreach (var ack in silo.Channel.DuplexAsync<RecordRequest, RecordAck>(method, Events()))
        {
            ref var one = ref _events[ack.Index];
            one.Acknowledged = TimeProvider.System.GetTimestamp();
            one.Position = ack.Recorded?.Position
                ?? throw new InvalidOperationException($"Event {ack.Index} was refused: {ack.Refused}");
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
            times.AddRange(byRep[Id(i % reps)].Select(watcher => watcher.Saw(position!)).Select(seen => seen == 0
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
                yield return Event(i);
            }
        }
    }

    private RecordRequest Event(int i)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"W{i}");
        return new RecordRequest
        {
            EventId = id,
            Deal = new Deal
            {
                Deal_ = id,
                Credited = string.Create(CultureInfo.InvariantCulture, $"2020-06-{1 + (i % 28):00}"),
                Status = DealStatus.Won,
                Amount = new Money { Currency = "USD", Units = 100 + (i % 900) },
                Owners = { new DealOwner { Rep = Id(i % reps), Share = "100%" } },
            },
        };
    }
}
