namespace Commission.Embedded.Simulation;

/// <summary>
/// A clock that stands still until it is moved. Timers fire on the thread that moves it, in order of their times.
/// </summary>
/// <param name="start">The first moment.</param>
public sealed class VirtualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(VirtualTimer Timer, long Version), (long Due, long Order)> _due = new();
    private long _elapsedTicks;
    private long _order;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => start.AddTicks(GetTimestamp()).ToUniversalTime();

    /// <inheritdoc/>
    public override long GetTimestamp() => Interlocked.Read(ref _elapsedTicks);

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves on by this much, and fires what is due on the way at its own time.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var until = GetTimestamp() + time.Ticks;
        while (FireNext(until))
        {
            // Each timer may have set others.
        }

        Interlocked.Exchange(ref _elapsedTicks, until);
    }

    /// <summary>Moves on to the next timer and fires it.</summary>
    /// <returns>Whether there was one.</returns>
    public bool AdvanceToNextTimer() => FireNext(long.MaxValue);

    private bool FireNext(long until)
    {
        if (TakeNext(until) is not { } timer)
        {
            return false;
        }

        timer.Fire();
        return true;
    }

    private VirtualTimer? TakeNext(long until)
    {
        lock (_lock)
        {
            while (_due.TryPeek(out var next, out var when) && when.Due <= until)
            {
                _due.Dequeue();
                if (next.Timer.IsCurrent(next.Version))
                {
                    Interlocked.Exchange(ref _elapsedTicks, Math.Max(when.Due, _elapsedTicks));
                    return next.Timer;
                }
            }

            return null;
        }
    }

    private sealed class VirtualTimer(VirtualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;
        private long _version;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                _version++;
                _period = period;
                Plan(dueTime);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal bool IsCurrent(long version) => version == _version;

        internal void Fire()
        {
            lock (clock._lock)
            {
                Plan(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan);
            }

            callback(state);
        }

        private void Plan(TimeSpan dueTime)
        {
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                clock._due.Enqueue((this, _version), (clock.GetTimestamp() + dueTime.Ticks, clock._order++));
            }
        }
    }
}
