using Commission.Contracts.V1;
using Commission.Load.Calls;

namespace Commission.Load.Events;

/// <summary>
/// Events to be sent evenly by the clock, whether or not those before are acknowledged: when each was due, sent and
/// acknowledged, and where it is in the log.
/// </summary>
/// <param name="count">How many.</param>
/// <param name="rate">Of them a second; infinity: all are due at once.</param>
/// <param name="make">Makes the event with a number, from 0.</param>
internal sealed class PacedEvents(int count, double rate, Func<int, RecordRequest> make)
{
    private readonly (long Sent, long Acknowledged, Position? Position)[] _events =
        new (long, long, Position?)[count];

    /// <summary>How many.</summary>
    public int Count => count;

    /// <summary>When it began, in ticks of <see cref="TimeProvider.System"/>.</summary>
    public long Start { get; private set; }

    /// <summary>The last event of each shard.</summary>
    public IEnumerable<Position> Last => _events.Select(one => one.Position!)
        .GroupBy(position => position.Shard).Select(shard => shard.MaxBy(position => position.Number)!);

    /// <summary>From the beginning to the last acknowledgement.</summary>
    public TimeSpan Took => TimeProvider.System.GetElapsedTime(Start, _events.Max(one => one.Acknowledged));

    /// <summary>Acknowledged events a second, of all.</summary>
    public double Rate => count / Took.TotalSeconds;

    /// <summary>The clock runs from now on.</summary>
    public void Begin() => Start = TimeProvider.System.GetTimestamp();

    /// <summary>When an event is to be sent.</summary>
    public long DueAt(int number) => Start + (long)((number + 1) / rate * TimeProvider.System.TimestampFrequency);

    /// <summary>The event, which is sent now.</summary>
    public RecordRequest Send(int number)
    {
        _events[number].Sent = TimeProvider.System.GetTimestamp();
        return make(number);
    }

    /// <summary>An event was acknowledged just now.</summary>
    /// <exception cref="InvalidOperationException">It was refused.</exception>
    public void Acknowledge(int number, RecordAck ack)
    {
        _events[number].Acknowledged = TimeProvider.System.GetTimestamp();
        _events[number].Position = Commission.Bench.Company.PositionOf(ack);
    }

    /// <summary>When an event was acknowledged, and its place in the log.</summary>
    /// <exception cref="InvalidOperationException">It was not acknowledged.</exception>
    public (long At, Position Position) AcknowledgedAt(int number) => _events[number] is { Position: { } position } one
        ? (one.Acknowledged, position)
        : throw new InvalidOperationException($"Event {number} was never acknowledged.");

    /// <summary>From the moment at which each should have been sent to its acknowledgement.</summary>
    public Latencies Acknowledgements() =>
        Since(number => AcknowledgedAt(number).At - DueAt(number));

    /// <summary>How long after they should have been the events were sent: what the sender itself cannot keep up with,
    /// and what it was held back.</summary>
    public Latencies Lateness() => Since(number => _events[number].Sent - DueAt(number));

    private Latencies Since(Func<int, long> ticks)
    {
        var latencies = new Latencies();
        for (var number = 0; number < count; number++)
        {
            latencies.Add(ticks(number));
        }

        return latencies;
    }
}
