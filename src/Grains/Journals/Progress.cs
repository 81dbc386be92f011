using Commission.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.Journals;

/// <summary>Which state a grain's figures are of. Not safe for concurrent use.</summary>
internal sealed class Progress
{
    private readonly SortedDictionary<int, long> _positions = [];
    private long _recordedMs;

    /// <summary>Includes one more record.</summary>
    public void Include(Position position, long recordedMs) =>
        Include(position.Shard, position.Number, recordedMs);

    /// <summary>Includes one more record, of an event with that number in that shard.</summary>
    public void Include(int shard, long number, long recordedMs)
    {
        _positions[shard] = Math.Max(number, _positions.GetValueOrDefault(shard));
        _recordedMs = Math.Max(_recordedMs, recordedMs);
    }

    /// <summary>As the API says it.</summary>
    public AsOf ToApi(long sequence)
    {
        var asOf = new AsOf { Sequence = sequence };
        asOf.Log.AddRange(_positions.Select(entry => new Position { Shard = entry.Key, Number = entry.Value }));
        if (_recordedMs > 0)
        {
            asOf.Time = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(_recordedMs));
        }

        return asOf;
    }
}
