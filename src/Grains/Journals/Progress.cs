using Commission.Contracts.V1;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Grains.Journals;

/// <summary>Which state a grain's figures are of. Not safe for concurrent use.</summary>
internal sealed class Progress
{
    // By shard, and no longer than there are: most payees have deals of few shards.
    private (int Shard, long Number)[] _positions = [];
    private long _recordedMs;

    /// <summary>Includes one more record.</summary>
    public void Include(Position position, long recordedMs) =>
        Include(position.Shard, position.Number, recordedMs);

    /// <summary>Includes one more record, of an event with that number in that shard.</summary>
    public void Include(int shard, long number, long recordedMs)
    {
        var at = PlaceOf(shard);
        _positions[at].Number = Math.Max(number, _positions[at].Number);
        _recordedMs = Math.Max(_recordedMs, recordedMs);
    }

    /// <summary>As the API says it.</summary>
    public AsOf ToApi(long sequence)
    {
        var asOf = new AsOf { Sequence = sequence };
        asOf.Log.AddRange(_positions.Select(entry => new Position { Shard = entry.Shard, Number = entry.Number }));
        if (_recordedMs > 0)
        {
            asOf.Time = Timestamp.FromDateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(_recordedMs));
        }

        return asOf;
    }

    private int PlaceOf(int shard)
    {
        var at = 0;
        while (at < _positions.Length && _positions[at].Shard < shard)
        {
            at++;
        }

        if (at == _positions.Length || _positions[at].Shard != shard)
        {
            _positions = [.. _positions[..at], (shard, 0), .. _positions[at..]];
        }

        return at;
    }
}
