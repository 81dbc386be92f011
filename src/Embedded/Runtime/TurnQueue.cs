using Commission.Embedded.Hosting;

namespace Commission.Embedded.Runtime;

/// <summary>A piece of work that has its turn coming.</summary>
internal readonly record struct Turn(TurnContext Context, SendOrPostCallback Callback, object? State);

/// <summary>
/// Runs turns one at a time. Whoever set <see cref="Owned"/> under the gate runs them, or has scheduled a run, until
/// it clears it.
/// </summary>
internal abstract class TurnQueue(ITurnScheduler scheduler) : IThreadPoolWorkItem
{
    // Most have one turn ready at a time, or none.
    private Turn _next;
    private Queue<Turn>? _behind;

    /// <summary>Guards the queue and everything that decides who comes next. No user code runs under it.</summary>
    protected Lock Gate { get; } = new();

    protected bool Owned { get; set; }

    protected ITurnScheduler Scheduler => scheduler;

    protected bool HasReadyTurns => _next.Callback is not null;

    public void Execute()
    {
        for (var left = scheduler.MaxTurnsPerRun; TryTake(left > 0, out var turn); left--)
        {
            if (turn.Callback is null)
            {
                scheduler.Schedule(this);
                return;
            }

            Run(turn);
        }
    }

    /// <summary>Appends a turn, from any thread.</summary>
    internal void Post(Turn turn)
    {
        bool claimed;
        lock (Gate)
        {
            Ready(turn);
            claimed = Claim();
        }

        ScheduleIf(claimed);
    }

    protected abstract void OnUnhandled(Exception exception);

    /// <summary>Appends a turn. Under the gate; the caller must claim and schedule.</summary>
    protected void Ready(Turn turn)
    {
        if (HasReadyTurns)
        {
            (_behind ??= new Queue<Turn>()).Enqueue(turn);
        }
        else
        {
            _next = turn;
        }
    }

    /// <summary>
    /// Under the gate: takes ownership if there is work that nobody has; the caller must then schedule.
    /// </summary>
    protected bool Claim()
    {
        if (Owned || !HasReadyTurns)
        {
            return false;
        }

        Owned = true;
        return true;
    }

    protected void ScheduleIf(bool claimed)
    {
        if (claimed)
        {
            scheduler.Schedule(this);
        }
    }

    private bool TryTake(bool mayRun, out Turn turn)
    {
        turn = default;
        lock (Gate)
        {
            if (!HasReadyTurns)
            {
                Owned = false;
                return false;
            }

            if (mayRun)
            {
                turn = _next;
                _next = _behind is { Count: > 0 } ? _behind.Dequeue() : default;
            }

            return true;
        }
    }

    private void Run(in Turn turn)
    {
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(turn.Context);
        try
        {
            turn.Callback(turn.State);
        }
        catch (Exception exception)
        {
            // Only async void and raw posts get here: every request keeps its exception for its caller.
            OnUnhandled(exception);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
        }
    }
}

/// <summary>Brings awaits back to the queue they left from.</summary>
internal abstract class TurnContext : SynchronizationContext
{
    internal abstract TurnQueue Queue { get; }

    public override void Post(SendOrPostCallback d, object? state) => Queue.Post(new Turn(this, d, state));

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!ReferenceEquals(Current, this))
        {
            throw new NotSupportedException("Waiting synchronously for a turn of a grain would block its thread.");
        }

        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;
}
