using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Tests.Harness;
using Rep = Commission.Contracts.V1.Rep;
using Territory = Commission.Contracts.V1.Territory;

namespace Commission.Crash.Tests.Harness;

/// <summary>
/// What the clients of a company know: which events were acknowledged where, which they must send again, and which
/// documents stand. It checks each acknowledgement against those before. Safe for concurrent use.
/// </summary>
/// <param name="company">Whose events there are.</param>
/// <param name="mark">What is done to each event before it is sent; the same whenever it is.</param>
internal sealed class KnownBooks(Company company, Action<RecordRequest>? mark = null) : IBooks
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Sent> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Shard, long Number), string> _logged = [];
    private readonly Queue<RecordRequest> _unknown = new();
    private readonly List<Position> _unsettled = [];
    private readonly Dictionary<string, List<Plan>> _plans = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Rep> _reps = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Territory> _territories = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, List<Plan>> Plans => _plans;

    public IReadOnlyDictionary<string, Rep> Reps => _reps;

    public IReadOnlyDictionary<string, Territory> Territories => _territories;

    /// <summary>The acknowledged events by shard, then number.</summary>
    public IEnumerable<RecordRequest> Log
    {
        get
        {
            lock (_lock)
            {
                return [.. _logged.OrderBy(entry => entry.Key).Select(entry => _sent[entry.Value].Request)];
            }
        }
    }

    /// <summary>Events that were acknowledged.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _logged.Count;
            }
        }
    }

    /// <summary>Outcomes that were unknown, or refused for an outage, and resolved by sending the same again.</summary>
    public int Retried { get; private set; }

    /// <summary>Acknowledgements that said that the event was there before.</summary>
    public int Repeats { get; private set; }

    /// <summary>The next event to send: one whose outcome is not known, else a new one or a duplicate.</summary>
    public RecordRequest Next()
    {
        lock (_lock)
        {
            var request = _unknown.TryDequeue(out var again) ? again : company.NextEvent();
            mark?.Invoke(request);
            var sent = _sent.GetValueOrDefault(request.EventId) ?? new Sent(request);
            _sent[request.EventId] = sent with { Times = sent.Times + 1 };
            return request;
        }
    }

    /// <summary>The next event whose outcome is not known; null: there is none.</summary>
    public RecordRequest? NextUnknown()
    {
        lock (_lock)
        {
            return _unknown.Count > 0 ? Next() : null;
        }
    }

    /// <summary>An event was sent, and what became of it is not known.</summary>
    public void Lose(RecordRequest request)
    {
        lock (_lock)
        {
            Retried++;
            _unknown.Enqueue(request);
        }
    }

    /// <summary>An event was acknowledged: once as new, at one position, which is nobody else's.</summary>
    public void Acknowledge(RecordRequest request, Recorded recorded)
    {
        lock (_lock)
        {
            var (id, place) = (request.EventId, (recorded.Position.Shard, recorded.Position.Number));
            var sent = _sent[id];
            Assert.True(sent.Place is null || sent.Place == place, $"{id}: {sent.Place}, then {place}.");
            Assert.True(recorded.Repeat || !sent.WasNew, $"{id} at {place} was recorded twice.");
            Assert.True(!recorded.Repeat || sent.Times > 1, $"{id} at {place} was sent once and is a repeat.");
            var owner = _logged.GetValueOrDefault(place, id);
            Assert.True(owner == id, $"{id} and {owner} are both at {place}.");
            _sent[id] = sent with { Place = place, WasNew = sent.WasNew || !recorded.Repeat };
            _logged[place] = id;
            _unsettled.Add(recorded.Position);
            Repeats += recorded.Repeat ? 1 : 0;
        }
    }

    /// <summary>The positions acknowledged since the last call.</summary>
    public List<Position> TakeUnsettled()
    {
        lock (_lock)
        {
            List<Position> unsettled = [.. _unsettled.Distinct()];
            _unsettled.Clear();
            return unsettled;
        }
    }

    /// <summary>The event acknowledged at a position; null: none.</summary>
    public string? At(int shard, long number)
    {
        lock (_lock)
        {
            return _logged.GetValueOrDefault((shard, number));
        }
    }

    /// <summary>What was sent with an event id; null: it is not ours.</summary>
    public RecordRequest? SentAs(string eventId)
    {
        lock (_lock)
        {
            return _sent.GetValueOrDefault(eventId)?.Request;
        }
    }

    public void Know(Rep rep) => _reps[rep.Rep_] = rep;

    public void Know(Territory territory) => _territories[territory.Territory_] = territory;

    /// <summary>A plan was published; of two for one day the later stands.</summary>
    public void Know(Plan plan)
    {
        _plans.TryAdd(plan.Id, []);
        _plans[plan.Id].RemoveAll(version => version.Effective == plan.Effective);
        _plans[plan.Id].Add(plan);
    }

    private sealed record Sent(RecordRequest Request)
    {
        public int Times { get; init; }

        public (int Shard, long Number)? Place { get; init; }

        public bool WasNew { get; init; }
    }
}
