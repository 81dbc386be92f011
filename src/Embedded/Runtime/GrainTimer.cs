using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Runtime;

/// <summary>Each tick is a request of the activation; the next is due only after it has ended.</summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly RequestTraits _traits;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private TimeSpan _period;
    private bool _ticking;
    private bool _changed;
    private bool _missed;

    internal GrainTimer(
        Activation activation, Func<CancellationToken, Task> callback, in GrainTimerCreationOptions options)
    {
        _activation = activation;
        _callback = callback;
        _traits = RequestTraits.Local
            | (options.Interleave ? RequestTraits.Interleaves : RequestTraits.None)
            | (options.KeepAlive ? RequestTraits.None : RequestTraits.Unused);

        // The ticks are not part of the request that registers the timer.
        using var suppressed = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _timer = activation.Runtime.Clock.CreateTimer(
            static state => ((GrainTimer)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed.IsCancellationRequested, this);
            _period = period;
            _changed = true;
            _missed = false;
            _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _disposed.Cancel();
        _activation.RemoveLocal(this);
    }

    private void Tick()
    {
        lock (_lock)
        {
            // A timer that was set anew during a tick that lasts: the next tick follows at once.
            _missed = _ticking;
            if (_ticking)
            {
                return;
            }

            _ticking = true;
            _changed = false;
        }

        var request = new QueuedRequest("timer", _traits, parent: null);
        request.Start = () => _ = TickAsync(request);
        if (_activation.Enqueue(request) != Offer.Queued)
        {
            EndTick();
        }
    }

    private async Task TickAsync(QueuedRequest request)
    {
        try
        {
            if (!_disposed.IsCancellationRequested)
            {
                await _callback(_disposed.Token);
            }
        }
        catch (OperationCanceledException) when (_disposed.IsCancellationRequested)
        {
            // The tick gave up because it was told to.
        }
        catch (InconsistentStateException exception) when (request.NoteStale(exception))
        {
            throw;
        }
        catch (Exception exception)
        {
            // Nobody waits for a tick but the log, and the timer goes on.
            LogTick(_activation.Runtime.Logger, exception, _activation);
        }
        finally
        {
            EndTick();
            _activation.Complete(request);
        }
    }

    private void EndTick()
    {
        lock (_lock)
        {
            _ticking = false;
            if (_disposed.IsCancellationRequested || (_changed && !_missed))
            {
                return;
            }

            _timer.Change(_missed ? TimeSpan.Zero : _period, Timeout.InfiniteTimeSpan);
        }
    }

    [LoggerMessage(3, LogLevel.Error, "A timer of {Activation} failed; it goes on.")]
    private static partial void LogTick(ILogger logger, Exception exception, Activation activation);
}
