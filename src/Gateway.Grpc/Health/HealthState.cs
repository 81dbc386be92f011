namespace Commission.Gateway.Grpc.Health;

/// <summary>
/// Whether this process takes calls: set by its host, read by health calls and probes. At first it does not. Safe for
/// concurrent use.
/// </summary>
public sealed class HealthState
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewSignal();
    private string? _reason = "The silo is starting.";
    private bool _isFinal;

    /// <summary>Why calls are not taken, for operators and callers; null while they are.</summary>
    public string? Reason => Volatile.Read(ref _reason);

    /// <summary>Whether calls are taken.</summary>
    public bool IsServing => Reason is null;

    /// <summary>Calls are taken from now on; not after <see cref="Stop"/>.</summary>
    public void Serve() => Set(null, isFinal: false);

    /// <summary>Calls are not taken from now on, until <see cref="Serve"/>.</summary>
    /// <param name="reason">Why, in a sentence that callers may read.</param>
    public void Refuse(string reason) => Set(reason, isFinal: false);

    /// <summary>Calls are not taken any more.</summary>
    /// <param name="reason">Why, in a sentence that callers may read.</param>
    public void Stop(string reason) => Set(reason, isFinal: true);

    /// <summary>Whether calls are taken, and a task that is completed when that may have changed.</summary>
    public (bool IsServing, Task Changed) Read()
    {
        lock (_lock)
        {
            return (_reason is null, _changed.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Set(string? reason, bool isFinal)
    {
        TaskCompletionSource? changed = null;
        lock (_lock)
        {
            if (_isFinal)
            {
                return;
            }

            _isFinal = isFinal;
            if (reason is null != _reason is null)
            {
                changed = _changed;
                _changed = NewSignal();
            }

            _reason = reason;
        }

        changed?.SetResult();
    }
}
