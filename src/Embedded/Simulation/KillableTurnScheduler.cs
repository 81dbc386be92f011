using Commission.Embedded.Hosting;

namespace Commission.Embedded.Simulation;

/// <summary>
/// A scheduler for one process among several in a simulation: once killed, none of its turns runs any more.
/// </summary>
/// <param name="inner">Decides the order.</param>
public sealed class KillableTurnScheduler(ITurnScheduler inner) : ITurnScheduler
{
    private volatile bool _killed;

    /// <inheritdoc/>
    public bool AllowsInlineCalls => inner.AllowsInlineCalls;

    /// <inheritdoc/>
    public int MaxTurnsPerRun => inner.MaxTurnsPerRun;

    /// <summary>Drops all turns that wait and all that come: calls into this process are never answered.</summary>
    public void Kill() => _killed = true;

    /// <inheritdoc/>
    public void Schedule(IThreadPoolWorkItem work)
    {
        if (!_killed)
        {
            inner.Schedule(new Work(this, work));
        }
    }

    private sealed class Work(KillableTurnScheduler owner, IThreadPoolWorkItem work) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (!owner._killed)
            {
                work.Execute();
            }
        }
    }
}
