using System.Runtime.CompilerServices;

namespace Commission.Embedded.Tests;

/// <summary>A plain interface: grain interfaces may inherit from such.</summary>
internal interface IEcho<T>
{
    Task<T> Echo(T value);
}

internal interface IProbe : IGrainWithStringKey, IEcho<string>
{
    Task Hold(TaskCompletionSource started, Task release);

    [ReadOnly]
    Task HoldReading(TaskCompletionSource started, Task release);

    [AlwaysInterleave]
    Task HoldInterleaving(TaskCompletionSource started, Task release);

    ValueTask<int> Add(int amount);

    ValueTask AddSlowly(int yields);

    [ReadOnly]
    ValueTask<int> Total();

    Task FailNow(Exception exception);

    ValueTask<int> FailLater(Exception exception);

    Task<int> Cancellable(TaskCompletionSource started, CancellationToken cancellationToken);

    Task<string> Key();

    Task<object?> Self();

    [OneWay]
    Task Tell(TaskCompletionSource done, Exception? failure);

    Task Leave();

    Task LeaveAndCallBack(string other, TaskCompletionSource started, Task release);

    Task<Guid> Incarnation();

    Task<bool> StaysOnItsContext(Task foreign);

    /// <summary>Calls the grains in turn, each by the next, and the last one's probe.</summary>
    Task<string> Relay(string[] path);

    Task<string> RelayTo(string other, string method);

    [AlwaysInterleave]
    Task<string> Peek();

    [ReadOnly]
    Task<string> ReadRelay(string[] path);
}

internal sealed class ProbeGrain(ProbeLog log) : Grain, IProbe
{
    private readonly Guid _incarnation = Guid.NewGuid();
    private int _total;
    private int _inTurn;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        log.Add($"activating {this.GetPrimaryKeyString()}");
        if (log.FailNextActivation() is { } failure)
        {
            await Task.Yield();
            throw failure;
        }

        if (log.CallOnActivation is { } other)
        {
            log.CallOnActivation = null;
            await GrainFactory.GetGrain<IProbe>(other).RelayTo(this.GetPrimaryKeyString(), "key");
        }

        await log.ActivationGate;
        log.Add($"activated {this.GetPrimaryKeyString()}");
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await Task.Yield();
        log.Add($"deactivated {this.GetPrimaryKeyString()} {reason.ReasonCode}");
    }

    public Task<string> Echo(string value) => Task.FromResult(value);

    public async Task Hold(TaskCompletionSource started, Task release)
    {
        started.TrySetResult();
        await release;
    }

    public Task HoldReading(TaskCompletionSource started, Task release) => Hold(started, release);

    public Task HoldInterleaving(TaskCompletionSource started, Task release) => Hold(started, release);

    public ValueTask<int> Add(int amount)
    {
        Enter();
        _total += amount;
        Exit();
        return ValueTask.FromResult(_total);
    }

    public async ValueTask AddSlowly(int yields)
    {
        var before = _total;
        for (var i = 0; i < yields; i++)
        {
            Enter();
            Exit();
            await Task.Yield();
        }

        Enter();
        _total = before + 1;
        Exit();
    }

    public ValueTask<int> Total() => ValueTask.FromResult(_total);

    public Task FailNow(Exception exception) => throw exception;

    public async ValueTask<int> FailLater(Exception exception)
    {
        await Task.Yield();
        throw exception;
    }

    public async Task<int> Cancellable(TaskCompletionSource started, CancellationToken cancellationToken)
    {
        started.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 1;
    }

    public Task<string> Key() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<object?> Self() => Task.FromResult<object?>(this.AsReference<IProbe>());

    public async Task Tell(TaskCompletionSource done, Exception? failure)
    {
        await Task.Yield();
        done.SetResult();
        if (failure is not null)
        {
            throw failure;
        }
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task LeaveAndCallBack(string other, TaskCompletionSource started, Task release)
    {
        DeactivateOnIdle();
        started.SetResult();
        await release;
        await GrainFactory.GetGrain<IProbe>(other).RelayTo(this.GetPrimaryKeyString(), "peek");
    }

    public Task<Guid> Incarnation() => Task.FromResult(_incarnation);

    public async Task<bool> StaysOnItsContext(Task foreign)
    {
        var before = SynchronizationContext.Current;
        await foreign;
        await Task.Yield();
        return ReferenceEquals(before, SynchronizationContext.Current) && before is not null;
    }

    public async Task<string> Relay(string[] path)
    {
        await Task.Yield();
        return path.Length == 0
            ? this.GetPrimaryKeyString()
            : await GrainFactory.GetGrain<IProbe>(path[0]).Relay(path[1..]);
    }

    public Task<string> ReadRelay(string[] path) => path.Length == 0
        ? Task.FromResult(this.GetPrimaryKeyString())
        : GrainFactory.GetGrain<IProbe>(path[0]).ReadRelay(path[1..]);

    public Task<string> RelayTo(string other, string method)
    {
        var reference = GrainFactory.GetGrain<IProbe>(other);
        return string.Equals(method, "peek", StringComparison.Ordinal) ? reference.Peek() : reference.Key();
    }

    public Task<string> Peek() => Key();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Enter()
    {
        if (Interlocked.Increment(ref _inTurn) != 1)
        {
            log.Violations++;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Exit()
    {
        if (Interlocked.Decrement(ref _inTurn) != 0)
        {
            log.Violations++;
        }
    }
}

/// <summary>What the probes saw, and what they are to do.</summary>
internal sealed class ProbeLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _entries = [];
    private readonly Queue<Exception> _failures = new();

    public int Violations { get; set; }

    public string? CallOnActivation { get; set; }

    public Task ActivationGate { get; set; } = Task.CompletedTask;

    public string[] Entries
    {
        get
        {
            lock (_lock)
            {
                return [.. _entries];
            }
        }
    }

    public void Add(string entry)
    {
        lock (_lock)
        {
            _entries.Add(entry);
        }
    }

    public void FailActivationWith(Exception exception) => _failures.Enqueue(exception);

    public Exception? FailNextActivation() => _failures.TryDequeue(out var failure) ? failure : null;
}

internal interface IReentrantProbe : IGrainWithStringKey
{
    Task Hold(TaskCompletionSource started, Task release);

    Task<string> CallThrough(string probe);
}

[Reentrant]
internal sealed class ReentrantProbeGrain : Grain, IReentrantProbe
{
    public async Task Hold(TaskCompletionSource started, Task release)
    {
        started.TrySetResult();
        await release;
    }

    public async Task<string> CallThrough(string probe) =>
        string.Equals(probe, "end", StringComparison.Ordinal)
            ? "end"
            : await GrainFactory.GetGrain<IReentrantProbe>(this.GetPrimaryKeyString()).CallThrough("end");
}

[KeepAlive]
internal sealed class KeptGrain(ProbeLog log) : Grain, IKept
{
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        log.Add("kept deactivated");
        return Task.CompletedTask;
    }

    public Task Touch() => Task.CompletedTask;
}

internal interface IKept : IGrainWithStringKey
{
    Task Touch();
}
