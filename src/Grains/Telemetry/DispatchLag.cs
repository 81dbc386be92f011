using System.Globalization;

namespace Commission.Grains.Telemetry;

/// <summary>Keeps the measure of one shard's lag: the log's end less what is credited. Only for use in one grain.
/// </summary>
internal sealed class DispatchLag(int shard) : IDisposable
{
    private readonly KeyValuePair<string, object?> _tag =
        new("commission.shard", shard.ToString(CultureInfo.InvariantCulture));

    private long _head;
    private long _applied;
    private long _told;
    private bool _left;

    /// <summary>The last event of the log.</summary>
    public long Head
    {
        set
        {
            _head = value;
            Tell(_head - _applied);
        }
    }

    /// <summary>The last event that is credited with all before it.</summary>
    public long Applied
    {
        set
        {
            _applied = value;
            Tell(_head - _applied);
        }
    }

    /// <summary>The shard is another activation's from now on.</summary>
    public void Dispose()
    {
        Tell(0);
        _left = true;
    }

    private void Tell(long lag)
    {
        lag = Math.Max(lag, 0);
        if (lag != _told && !_left)
        {
            GrainMeters.Lag.Add(lag - _told, _tag);
            _told = lag;
        }
    }
}
