using Commission.Storage;

namespace Commission.Simulation.Tests.Disk;

/// <summary>
/// What survives crashes, shared by all processes. A write becomes durable, and visible, at its process's sync.
/// </summary>
internal sealed class SimulatedDisk(TimeProvider time, int seed, DiskFaults faults, PlantedBug bug = PlantedBug.None)
{
    private readonly Random _random = new(seed);
    private readonly List<Action<MemoryStore>> _history = [];
    private readonly List<Action<MemoryStore>> _unsynced = [];
    private readonly HashSet<(string Journal, long Number)> _spoiled = [];
    private MemoryStore? _visible;

    public TimeProvider Time => time;

    public DiskFaults Faults => faults;

    public PlantedBug Bug => bug;

    /// <summary>Guards all; only the conformance suite comes with several threads.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What is on the disk.</summary>
    public MemoryStore Durable { get; } = new(time);

    /// <summary>What readers see: what is durable, unless writes are wrongly acknowledged before.</summary>
    public MemoryStore Visible => _visible ?? Durable;

    /// <summary>How many records a crash lost, or a torn transaction left out.</summary>
    public long Lost { get; set; }

    /// <summary>A shard's name among the journals; an account has its own.</summary>
    public static string JournalOf(int shard) => $"shard {shard}";

    /// <summary>How many records a flipped bit has spoiled.</summary>
    public long Spoiled { get; private set; }

    /// <summary>Flips a bit of a record: from now on it does not match its checksum.</summary>
    public void Spoil(string journal, long number)
    {
        _spoiled.Add((journal, number));
        Spoiled++;
    }

    /// <summary>Puts back every spoiled record, from a copy.</summary>
    public void Restore() => _spoiled.Clear();

    /// <summary>What a store that verifies each record makes of a page.</summary>
    public IReadOnlyList<T> Verified<T>(string table, string journal, IReadOnlyList<T> page, Func<T, long> number)
    {
        if (bug == PlantedBug.SkippedRecord)
        {
            return [.. page.Where(record => !_spoiled.Contains((journal, number(record))))];
        }

        return page.FirstOrDefault(record => _spoiled.Contains((journal, number(record)))) is { } bad
            ? throw new CorruptRecordException(table, journal, number(bad), "it does not match its checksum")
            : page;
    }

    public bool Happens(int percent)
    {
        var happens = faults.Enabled && _random.Next(100) < percent;
        faults.Happened += happens ? 1 : 0;
        return happens;
    }

    public int Draw(int limit) => _random.Next(limit);

    public TimeSpan SyncTime() =>
        TimeSpan.FromMicroseconds(Happens(faults.Slow) ? _random.Next(1_000_000, 8_000_000) : _random.Next(50, 9000));

    /// <summary>The planted bug: what is not durable is visible.</summary>
    public void ShowEarly(Action<MemoryStore> write)
    {
        _visible ??= Rebuilt();
        _unsynced.Add(write);
        write(_visible);
    }

    /// <summary>Writes.</summary>
    public void Commit(Action<MemoryStore> write)
    {
        write(Durable);
        if (bug == PlantedBug.EarlyAcknowledgement)
        {
            _history.Add(write);
            _unsynced.Remove(write);
        }
    }

    /// <summary>Forgets what a crash took.</summary>
    public void Forget(IEnumerable<Action<MemoryStore>> writes)
    {
        foreach (var write in writes)
        {
            _unsynced.Remove(write);
            Lost++;
        }

        _visible = null;
        if (_unsynced.Count > 0)
        {
            _visible = Rebuilt();
            _unsynced.ForEach(write => write(_visible));
        }
    }

    private MemoryStore Rebuilt()
    {
        var store = new MemoryStore(time);
        _history.ForEach(write => write(store));
        return store;
    }
}
