namespace Commission.Embedded.Runtime;

/// <content>What belongs to the grain object and ends with it: timers and subscriptions.</content>
internal sealed partial class Activation
{
    private HashSet<IDisposable>? _locals;

    internal IGrainTimer AddTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options);
        AddLocal(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }

    /// <summary>Has it disposed when the grain goes.</summary>
    internal void AddLocal(IDisposable local)
    {
        lock (Gate)
        {
            (_locals ??= []).Add(local);
        }
    }

    internal void RemoveLocal(IDisposable local)
    {
        lock (Gate)
        {
            _locals?.Remove(local);
        }
    }

    /// <summary>Ends timers and subscriptions. Not under the gate: cancelling them runs user code.</summary>
    private void DisposeLocals()
    {
        HashSet<IDisposable>? locals;
        lock (Gate)
        {
            locals = _locals;
            _locals = null;
        }

        if (locals is null)
        {
            return;
        }

        foreach (var local in locals)
        {
            local.Dispose();
        }
    }

    /// <summary>Under the gate: drops what timers and subscriptions still wanted to do.</summary>
    private void DropLocals() => _waiting.Take(Drop);

    private bool Drop(QueuedRequest request)
    {
        if (!request.Has(RequestTraits.Local))
        {
            return false;
        }

        Forget(1);
        return true;
    }
}
