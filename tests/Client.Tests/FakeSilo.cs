using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Commission.Contracts.V1;
using Google.Rpc;

namespace Commission.Client.Tests;

/// <summary>A silo's RecordStream in memory: keeps events by id, and misbehaves as told.</summary>
public sealed class FakeSilo
{
    private readonly Dictionary<string, long> _known = new(StringComparer.Ordinal);

    /// <summary>Every event id in the order received, repeats included.</summary>
    public List<string> Received { get; } = [];

    public int Streams { get; private set; }

    /// <summary>The most events that were unanswered at a time.</summary>
    public int OpenMax { get; private set; }

    /// <summary>Events of one stream after which it breaks; asked for each stream, from 0.</summary>
    public Func<int, int> BreaksAfter { get; init; } = _ => int.MaxValue;

    /// <summary>How it breaks.</summary>
    public Code BreaksWith { get; init; } = Code.Unavailable;

    /// <summary>Acknowledgements are held back and sent in reverse, this many at a time.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Why an event is refused, by deal and how often it was received; null: it is not.</summary>
    public Func<string, int, Violation?> Refuses { get; init; } = (_, _) => null;

    /// <summary>What a refused event is told to wait; null: nothing.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public int Count => _known.Count;

    public async IAsyncEnumerable<RecordAck> RecordStream(
        IAsyncEnumerable<RecordRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var breaksAfter = BreaksAfter(Streams++);
        var arrived = Channel.CreateUnbounded<RecordRequest>();
        var pump = Pump(requests, arrived.Writer, cancellationToken);
        var (index, held) = (0L, new Stack<RecordAck>());
        while (await arrived.Reader.WaitToReadAsync(cancellationToken))
        {
            OpenMax = Math.Max(OpenMax, arrived.Reader.Count + held.Count);
            while (arrived.Reader.TryRead(out var request))
            {
                if (index == breaksAfter)
                {
                    throw new RpcFailure(BreaksWith, "broken on purpose");
                }

                held.Push(Answer(request, index++));
                while (held.Count >= Batch && held.TryPop(out var ack))
                {
                    yield return ack;
                }
            }

            while (held.TryPop(out var ack))
            {
                yield return ack;
            }
        }

        await pump;
    }

    private static async Task Pump(
        IAsyncEnumerable<RecordRequest> requests, ChannelWriter<RecordRequest> to, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var request in requests.WithCancellation(cancellationToken))
            {
                await to.WriteAsync(request, cancellationToken);
            }
        }
        finally
        {
            to.Complete();
        }
    }

    private RecordAck Answer(RecordRequest request, long index)
    {
        Received.Add(request.EventId);
        var ack = new RecordAck { Index = index, EventId = request.EventId };
        if (Refuses(request.Deal.Deal_, Received.Count(id => id == request.EventId)) is { } violation)
        {
            ack.Refused = new Refused
            {
                Violations = { violation },
                RetryAfter = RetryAfter is { } pause
                    ? Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(pause)
                    : null,
            };
            return ack;
        }

        var repeat = _known.TryGetValue(request.EventId, out var number);
        number = repeat ? number : _known.Count + 1;
        _known[request.EventId] = number;
        ack.Recorded = new Recorded { Repeat = repeat, Position = new Position { Shard = 0, Number = number } };
        return ack;
    }
}
