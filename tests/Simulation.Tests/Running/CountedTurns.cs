using Commission.Embedded.Hosting;
using Commission.Embedded.Simulation;

namespace Commission.Simulation.Tests.Running;

/// <summary>A process's turns: none runs once it is killed, and it may be killed before a given one.</summary>
internal sealed class CountedTurns(ITurnScheduler inner, Action crash) : ITurnScheduler
{
    private readonly KillableTurnScheduler _killable = new(inner);
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public bool AllowsInlineCalls => inner.AllowsInlineCalls;

    public int MaxTurnsPerRun => inner.MaxTurnsPerRun;

    /// <summary>Turns until the crash; 0: none is to come.</summary>
    public int Left { get; set; }

    /// <summary>Where another thread had a part in it first: then the seed does not decide everything.</summary>
    public string? StrayedAt { get; private set; }

    public void Kill() => _killable.Kill();

    public void Schedule(IThreadPoolWorkItem work)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            StrayedAt ??= Environment.StackTrace;
        }

        _killable.Schedule(new Turn(this, work));
    }

    private sealed class Turn(CountedTurns owner, IThreadPoolWorkItem work) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            if (owner.Left > 0 && --owner.Left == 0)
            {
                owner.Crash();
                return;
            }

            work.Execute();
        }
    }

    private void Crash() => crash();
}

/// <summary>A process's clock: its timers stop with it.</summary>
internal sealed class ProcessClock(TimeProvider clock) : TimeProvider
{
    private readonly HashSet<ProcessTimer> _timers = [];
    private bool _stopped;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ProcessTimer(this, callback, state);
        timer.Start(clock, _stopped ? Timeout.InfiniteTimeSpan : dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    public void Stop()
    {
        _stopped = true;
        foreach (var timer in _timers.ToList())
        {
            timer.Dispose();
        }
    }

    private sealed class ProcessTimer(ProcessClock owner, TimerCallback callback, object? state) : ITimer
    {
        private ITimer _inner = null!;

        public void Start(TimeProvider clock, TimeSpan dueTime, TimeSpan period) =>
            _inner = clock.CreateTimer(Fire, state: null, dueTime, period);

        public bool Change(TimeSpan dueTime, TimeSpan period) => !owner._stopped && _inner.Change(dueTime, period);

        public void Dispose()
        {
            owner._timers.Remove(this);
            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(object? ignored)
        {
            if (!owner._stopped)
            {
                callback(state);
            }
        }
    }
}
