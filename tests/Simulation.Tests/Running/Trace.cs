namespace Commission.Simulation.Tests.Running;

/// <summary>What a simulation found wrong; says which seed replays it.</summary>
internal sealed class SimulationFailure(string what) : Exception(what);

/// <summary>What happened, in order; its digest tells whether two runs went the same way.</summary>
internal sealed class Trace(TimeProvider clock)
{
    private const int Shown = 60;
    private readonly Queue<string> _last = new();

    public ulong Digest { get; private set; } = 14695981039346656037UL;

    public long Count { get; private set; }

    public void Add(string what)
    {
        var line = $"{clock.GetUtcNow():HH:mm:ss.ffffff} {what}";
        foreach (var character in line)
        {
            Digest = unchecked((Digest ^ character) * 1099511628211UL);
        }

        Count++;
        _last.Enqueue(line);
        if (_last.Count > Shown)
        {
            _last.Dequeue();
        }
    }

    public override string ToString() => string.Join('\n', _last);
}
