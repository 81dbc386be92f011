using System.Diagnostics.CodeAnalysis;

namespace Commission.Embedded;

/// <summary>When and how a grain's timer ticks.</summary>
public readonly struct GrainTimerCreationOptions()
{
    /// <summary>Ticks first after <paramref name="dueTime"/>, then each <paramref name="period"/>.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
        : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>From now to the first tick; infinite for none.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>From the end of one tick to the next; infinite for a single tick.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>
    /// Whether a tick may start while a request awaits. Otherwise it waits for its turn like a request.
    /// </summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a tick counts as use, so that the activation is not collected as idle.</summary>
    public bool KeepAlive { get; init; }
}

/// <summary>A timer of one activation; it ends with it at the latest.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Starts anew with other times.</summary>
    /// <param name="dueTime">From now to the next tick; infinite for none.</param>
    /// <param name="period">From the end of one tick to the next; infinite for a single tick.</param>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>What grains do with their activation.</summary>
public static class GrainBaseExtensions
{
    /// <summary>
    /// Runs the callback as a turn of the grain at each tick, one tick at a time. What it throws is logged and the
    /// timer goes on.
    /// </summary>
    /// <param name="grain">The grain itself.</param>
    /// <param name="callback">Its token is cancelled when the timer is disposed or the grain deactivated.</param>
    /// <param name="state">Passed to each tick.</param>
    /// <param name="options">When and how.</param>
    public static IGrainTimer RegisterGrainTimer<TState>(
        this IGrainBase grain,
        Func<TState, CancellationToken, Task> callback,
        TState state,
        GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Runtime.Activation.Of(grain).AddTimer(token => callback(state, token), options);
    }

    /// <summary>Ticks without a state.</summary>
    public static IGrainTimer RegisterGrainTimer(
        this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Runtime.Activation.Of(grain).AddTimer(callback, options);
    }

    /// <summary>Ticks without a state and without a token.</summary>
    public static IGrainTimer RegisterGrainTimer(
        this IGrainBase grain, Func<Task> callback, GrainTimerCreationOptions options) =>
        RegisterGrainTimer(grain, static (tick, _) => tick(), callback, options);

    /// <summary>Ticks without a token.</summary>
    public static IGrainTimer RegisterGrainTimer<TState>(
        this IGrainBase grain, Func<TState, Task> callback, TState state, GrainTimerCreationOptions options) =>
        RegisterGrainTimer(grain, (held, _) => callback(held), state, options);

    /// <summary>Ticks without a state and without a token.</summary>
    public static IGrainTimer RegisterGrainTimer(
        this IGrainBase grain, Func<Task> callback, TimeSpan dueTime, TimeSpan period) =>
        RegisterGrainTimer(grain, callback, new GrainTimerCreationOptions(dueTime, period));

    /// <summary>Ticks without a state.</summary>
    public static IGrainTimer RegisterGrainTimer(
        this IGrainBase grain, Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period) =>
        RegisterGrainTimer(grain, callback, new GrainTimerCreationOptions(dueTime, period));

    /// <summary>Ticks without a token.</summary>
    public static IGrainTimer RegisterGrainTimer<TState>(
        this IGrainBase grain, Func<TState, Task> callback, TState state, TimeSpan dueTime, TimeSpan period) =>
        RegisterGrainTimer(grain, callback, state, new GrainTimerCreationOptions(dueTime, period));

    /// <summary>Ticks with both, given times only.</summary>
    public static IGrainTimer RegisterGrainTimer<TState>(
        this IGrainBase grain,
        Func<TState, CancellationToken, Task> callback,
        TState state,
        TimeSpan dueTime,
        TimeSpan period) =>
        RegisterGrainTimer(grain, callback, state, new GrainTimerCreationOptions(dueTime, period));
}
