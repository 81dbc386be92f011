using System.Globalization;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Simulation.Tests.Running;

namespace Commission.Simulation.Tests.Model;

/// <summary>What the clients know: what they sent, what was acknowledged, and the documents that stand.</summary>
internal sealed class Known
{
    private readonly Dictionary<string, (int Shard, long Number)> _positions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _firsts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _eventsOf = new(StringComparer.Ordinal);

    /// <summary>By event id; whether one arrived is not known unless it is in <see cref="Positions"/>.</summary>
    public Dictionary<string, RecordRequest> Events { get; } = new(StringComparer.Ordinal);

    /// <summary>Of the acknowledged events, by event id.</summary>
    public IReadOnlyDictionary<string, (int Shard, long Number)> Positions => _positions;

    public Dictionary<string, Contracts.V1.Rep> Reps { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Contracts.V1.Territory> Territories { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, List<Plan>> Plans { get; } = new(StringComparer.Ordinal);

    /// <summary>As they stand.</summary>
    public CurrencyRates Rates { get; private set; } = CurrencyRates.None;

    public long Acknowledgements { get; private set; }

    public void Sent(RecordRequest request)
    {
        Events[request.EventId] = request;
        _eventsOf.TryAdd(request.Deal.Deal_, []);
        _eventsOf[request.Deal.Deal_].Add(request.EventId);
    }

    /// <summary>Of an event all acknowledgements name one position, and no two events have the same.</summary>
    public void Acknowledged(RecordRequest request, Recorded recorded)
    {
        Acknowledgements++;
        var position = (recorded.Position.Shard, recorded.Position.Number);
        if (_positions.TryGetValue(request.EventId, out var before) && before != position)
        {
            throw new SimulationFailure($"Event {request.EventId} is {before}, then {position}.");
        }

        if (!recorded.Repeat && !_firsts.Add(request.EventId))
        {
            throw new SimulationFailure($"Event {request.EventId} was taken for new twice.");
        }

        _positions[request.EventId] = position;
    }

    /// <summary>Of two for one pair and day the later stands.</summary>
    public void Put(IEnumerable<DayRate> rates) => Rates = Rates.With(rates.Select(rate => new CurrencyRate(
        rate.From, rate.To, Days.Parse(rate.Day), decimal.Parse(rate.Rate, CultureInfo.InvariantCulture))));

    public bool IsOnlyEventOf(RecordRequest request) => _eventsOf[request.Deal.Deal_].Count == 1;

    /// <summary>Of two publications for one day the later stands.</summary>
    public void Publish(Plan plan)
    {
        Plans.TryAdd(plan.Id, []);
        Plans[plan.Id].RemoveAll(version => version.Effective == plan.Effective);
        Plans[plan.Id].Add(plan);
    }
}

/// <summary>Days as the API writes them.</summary>
internal static class Days
{
    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly Parse(string day) => DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static DateOnly Any(Random random) => new DateOnly(2026, 1, 1).AddDays(random.Next(365));
}
