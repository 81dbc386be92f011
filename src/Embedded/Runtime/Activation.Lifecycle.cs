namespace Commission.Embedded.Runtime;

/// <content>How the grain object comes and goes.</content>
internal sealed partial class Activation
{
    private List<PersistentState>? _persistentStates;
    private long _lastUse;
    private long _keepUntil;
    private int _life;

    // Most of many are not about to go.
    private Ending? _ending;

    private Ending Leaving => _ending ??= new Ending();

    /// <inheritdoc/>
    public void Deactivate(DeactivationReason reason)
    {
        bool claimed;
        lock (Gate)
        {
            if (_state is ActivationState.Active)
            {
                BeginDraining(reason);
            }
            else if (_state is ActivationState.Activating)
            {
                Leaving.Reason ??= reason;
            }

            claimed = Claim();
        }

        ScheduleIf(claimed);
    }

    /// <summary>Deactivates if the grain is still the object of this activation.</summary>
    internal void DeactivateFrom(Grain grain, DeactivationReason reason)
    {
        if (_grain is null || ReferenceEquals(_grain, grain))
        {
            Deactivate(reason);
        }
    }

    /// <summary>Deactivates, and completes when the grain that is active now is gone.</summary>
    internal Task DeactivateAsync(DeactivationReason reason)
    {
        Task gone;
        lock (Gate)
        {
            if (_state is ActivationState.New or ActivationState.Dead)
            {
                return Task.CompletedTask;
            }

            gone = (Leaving.Gone ??= new TaskCompletionSource()).Task;
        }

        Deactivate(reason);
        return gone;
    }

    internal void DelayDeactivation(TimeSpan timeSpan)
    {
        var forGood = timeSpan == Timeout.InfiniteTimeSpan || timeSpan.TotalDays >= 36_500;
        lock (Gate)
        {
            _keepUntil = forGood ? long.MaxValue : Runtime.Clock.GetTimestamp() + Runtime.ToTimestamp(timeSpan);
        }
    }

    /// <summary>Whether the grain has had nothing to do for the collection age.</summary>
    internal bool IsIdle(long now)
    {
        lock (Gate)
        {
            return _state == ActivationState.Active
                && _unfinished == 0
                && !Owned
                && !Class.KeepsAlive
                && now - _lastUse >= (Class.CollectionAge is { } own ? Runtime.ToTimestamp(own) : Runtime.CollectionAge)
                && now >= _keepUntil;
        }
    }

    /// <summary>Fails all that still wait, and removes the place; what runs is left to itself.</summary>
    internal void Abandon(Exception reason)
    {
        bool claimed;
        lock (Gate)
        {
            if (IsDead)
            {
                return;
            }

            DropLocals();
            Die(reason);
            claimed = Claim();
        }

        DisposeLocals();

        ScheduleIf(claimed);
    }

    internal void AddPersistentState(PersistentState state) => (_persistentStates ??= []).Add(state);

    private void BeginActivation(Request? parent)
    {
        _state = ActivationState.Activating;
        var lifecycle = new QueuedRequest("activate", RequestTraits.None, parent);
        lifecycle.Start = () => _ = ActivateAsync(lifecycle);
        _unfinished++;
        Admit(lifecycle);
    }

    private async Task ActivateAsync(Request lifecycle)
    {
        Exception? failure = null;
        try
        {
            var token = Runtime.Abandoned;
            var grain = Construct();
            _grain = grain;
            foreach (var state in _persistentStates ?? [])
            {
                await state.ReadStateAsync(token);
            }

            await grain.OnActivateAsync(token);
        }
        catch (Exception exception)
        {
            // Not lost: it is what the waiting calls fail with.
            failure = exception;
            DisposeLocals();
        }

        EndActivation(lifecycle, failure);
    }

    private Grain Construct()
    {
        t_constructing = this;
        try
        {
            return Class.Construct(this);
        }
        finally
        {
            t_constructing = null;
        }
    }

    private void EndActivation(Request lifecycle, Exception? failure)
    {
        bool claimed;
        lock (Gate)
        {
            End(lifecycle);
            if (_state == ActivationState.Activating)
            {
                EndActivating(failure);
            }

            claimed = Claim();
        }

        ScheduleIf(claimed);
    }

    private void EndActivating(Exception? failure)
    {
        if (failure is not null)
        {
            DropLocals();
            Die(failure);
            return;
        }

        _state = ActivationState.Active;
        AdmitAfterActivation();
        if (_ending?.Reason is { } reason)
        {
            BeginDraining(reason);
        }
    }

    private void BeginDraining(DeactivationReason reason)
    {
        Leaving.Reason = reason;
        _state = ActivationState.Draining;
        Advance();
        if (_state == ActivationState.Draining)
        {
            using var suppressed = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
            Leaving.Limit = Runtime.Clock.CreateTimer(
                static state => ((Activation)state!).EndDraining(),
                this,
                Runtime.Options.DeactivationTimeout,
                Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>
    /// The grain goes, and the requests that run are left to it: those of grains that all go may wait for one another.
    /// </summary>
    private void EndDraining()
    {
        bool claimed;
        lock (Gate)
        {
            if (_state == ActivationState.Draining)
            {
                LogDrainLimit(Runtime.Logger, this, _active);
                _life++;
                (_active, _blocking, _blockingWriters) = (0, 0, 0);
                Advance();
            }

            claimed = Claim();
        }

        ScheduleIf(claimed);
    }

    private void BeginDeactivation()
    {
        _state = ActivationState.Deactivating;
        DropLocals();
        var reason = _ending!.Reason!.Value;
        var lifecycle = new QueuedRequest("deactivate", RequestTraits.None, parent: null);
        lifecycle.Start = () => _ = DeactivateGrainAsync(lifecycle, reason);
        _unfinished++;
        Admit(lifecycle);
    }

    private async Task DeactivateGrainAsync(QueuedRequest lifecycle, DeactivationReason reason)
    {
        try
        {
            DisposeLocals();
            var grain = lifecycle.Grain!;
            await grain.OnDeactivateAsync(reason, Runtime.Abandoned);
            await DisposeAsync(grain);
        }
        catch (Exception exception)
        {
            // The grain goes in any case, and nobody waits for it but the log.
            LogDeactivation(Runtime.Logger, exception, this);
        }

        // Once more, for what the grain has set up while it went.
        DisposeLocals();
        EndDeactivation(lifecycle);
    }

    private static async ValueTask DisposeAsync(Grain grain)
    {
        if (grain is IAsyncDisposable asynchronously)
        {
            await asynchronously.DisposeAsync();
        }
        else if (grain is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }

    private void EndDeactivation(Request lifecycle)
    {
        bool claimed;
        lock (Gate)
        {
            End(lifecycle);
            if (IsDead)
            {
                return;
            }

            Clear();
            if (_waiting.First is { } first)
            {
                BeginActivation(first.Parent);
            }
            else
            {
                Die(reason: null);
            }

            claimed = Claim();
        }

        ScheduleIf(claimed);
    }

    private void Clear()
    {
        _grain = null;
        _persistentStates = null;
        _keepUntil = 0;
        if (_ending is { } ending)
        {
            _ending = null;
            ending.Limit?.Dispose();
            Signal(ending.Gone);
        }
    }

    private void DieIfNew()
    {
        if (_state == ActivationState.New)
        {
            Die(reason: null);
        }
    }

    private void Die(Exception? reason)
    {
        _state = ActivationState.Dead;
        Class.Remove(this);
        Clear();
        while (_waiting.First is not null)
        {
            var request = _waiting.TakeFirst();
            request.Fail(reason!);
            Ready(new Turn(request, StartRequest, request));
            Forget(1);
        }
    }

    /// <summary>What there is of a grain that is to go. Under the gate.</summary>
    private sealed class Ending
    {
        /// <summary>Null while it is only waited for.</summary>
        public DeactivationReason? Reason { get; set; }

        /// <summary>Completes when the grain is gone.</summary>
        public TaskCompletionSource? Gone { get; set; }

        /// <summary>Ends the draining.</summary>
        public ITimer? Limit { get; set; }
    }
}
