using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Grains.Tests.Harness;

/// <summary>Random events over few deals: new, amended, moved, cancelled, duplicated, out of order. Same seed, same
/// events.
/// </summary>
internal sealed class Traffic(int seed)
{
    public static readonly string[] Reps = ["ann", "bob", "meg", "top", "ray"];
    private readonly Random _random = new(seed);

    public List<RecordRequest> Events(int count)
    {
        var events = new List<RecordRequest>();
        while (events.Count < count)
        {
            events.Add(events.Count > 0 && _random.Next(6) == 0
                ? events[_random.Next(events.Count)].Clone()
                : Event(events.Count));
        }

        return events;
    }

    private RecordRequest Event(int number)
    {
        var day = new DateOnly(2026, 1, 5).AddDays(_random.Next(0, 330))
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var owners = Reps.Where(_ => _random.Next(4) == 0).Take(2).DefaultIfEmpty("ann").ToArray();
        var request = Docs.Event(
            $"e{seed}-{number}", $"d{_random.Next(20)}", _random.Next(-50000, 900000) / 100m, day,
            new[] { "north", "south", "" }[_random.Next(3)], owners);
        request.Version = _random.Next(3) == 0 ? _random.Next(1, 9) : 0;
        request.Deal.Status = _random.Next(6) switch
        {
            0 => DealStatus.Cancelled,
            1 => DealStatus.Open,
            _ => DealStatus.Won,
        };
        return request;
    }
}
