using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Runtime;

/// <content>
/// The calls, once for methods with a result and once for those without. A request that runs inline and suspends
/// is finished like a queued one, by a method that awaits it in the request's own context.
/// </content>
internal abstract partial class GrainReference
{
    protected Task CallTask<TCall>(int method, TCall call)
        where TCall : struct, IGrainCall => CallValueTask(method, call).AsTask();

    protected Task<TResult> CallTask<TCall, TResult>(int method, TCall call)
        where TCall : struct, IGrainCall<TResult> => CallValueTask<TCall, TResult>(method, call).AsTask();

    protected ValueTask CallValueTask<TCall>(int method, TCall call)
        where TCall : struct, IGrainCall
    {
        var request = NewRequest(method);
        if (!TryEnter(request, out var grain))
        {
            return RunQueued(ToQueued(request), call);
        }

        var previous = EnterInline(request);
        ValueTask running;
        try
        {
            running = call.Invoke(grain!);
        }
        catch (Exception exception)
        {
            running = Rethrow(ExceptionDispatchInfo.Capture(exception));
        }

        var succeeded = running.IsCompletedSuccessfully;
        running = succeeded ? running : Finish(request, running);
        LeaveInline(request, previous, succeeded);
        return running;
    }

    protected ValueTask<TResult> CallValueTask<TCall, TResult>(int method, TCall call)
        where TCall : struct, IGrainCall<TResult>
    {
        var request = NewRequest(method);
        if (!TryEnter(request, out var grain))
        {
            return RunQueued<TCall, TResult>(ToQueued(request), call);
        }

        var previous = EnterInline(request);
        ValueTask<TResult> running;
        try
        {
            running = call.Invoke(grain!);
        }
        catch (Exception exception)
        {
            running = Rethrow<TResult>(ExceptionDispatchInfo.Capture(exception));
        }

        var succeeded = running.IsCompletedSuccessfully;
        running = succeeded ? running : Finish(request, running);
        LeaveInline(request, previous, succeeded);
        return running;
    }

    protected Task CallOneWayTask<TCall>(int method, TCall call)
        where TCall : struct, IGrainCall
    {
        _ = RunOneWay(NewOneWay(method), call);
        return Task.CompletedTask;
    }

    protected ValueTask CallOneWayValueTask<TCall>(int method, TCall call)
        where TCall : struct, IGrainCall
    {
        _ = RunOneWay(NewOneWay(method), call);
        return ValueTask.CompletedTask;
    }

    private static SynchronizationContext? EnterInline(Request request)
    {
        var previous = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(request);
        t_inlineDepth++;
        return previous;
    }

    private static void LeaveInline(Request request, SynchronizationContext? previous, bool completed)
    {
        t_inlineDepth--;
        SynchronizationContext.SetSynchronizationContext(previous);
        request.Activation.LeaveInline(request, completed);
    }

    private static async ValueTask Finish(Request request, ValueTask running)
    {
        try
        {
            await running;
        }
        catch (InconsistentStateException exception) when (request.NoteStale(exception))
        {
            throw;
        }
        finally
        {
            request.Activation.Complete(request);
        }
    }

    private static async ValueTask<TResult> Finish<TResult>(Request request, ValueTask<TResult> running)
    {
        try
        {
            return await running;
        }
        catch (InconsistentStateException exception) when (request.NoteStale(exception))
        {
            throw;
        }
        finally
        {
            request.Activation.Complete(request);
        }
    }

    private async ValueTask RunQueued<TCall>(QueuedRequest request, TCall call)
        where TCall : struct, IGrainCall
    {
        var grain = await new TurnAwaitable(this, request);
        try
        {
            await call.Invoke(grain);
        }
        catch (InconsistentStateException exception) when (request.NoteStale(exception))
        {
            throw;
        }
        finally
        {
            request.Activation.Complete(request);
        }
    }

    private async ValueTask<TResult> RunQueued<TCall, TResult>(QueuedRequest request, TCall call)
        where TCall : struct, IGrainCall<TResult>
    {
        var grain = await new TurnAwaitable(this, request);
        try
        {
            return await call.Invoke(grain);
        }
        catch (InconsistentStateException exception) when (request.NoteStale(exception))
        {
            throw;
        }
        finally
        {
            request.Activation.Complete(request);
        }
    }

    private async Task RunOneWay<TCall>(QueuedRequest request, TCall call)
        where TCall : struct, IGrainCall
    {
        Grain grain;
        try
        {
            grain = await new TurnAwaitable(this, request);
        }
        catch (Exception refusal)
        {
            // The caller asked not to be told, so the log is.
            LogOneWay(Class.Runtime.Logger, refusal, request.Name, this);
            return;
        }

        try
        {
            await call.Invoke(grain);
        }
        catch (InconsistentStateException exception) when (request.NoteStale(exception))
        {
            throw;
        }
        catch (Exception failure)
        {
            LogOneWay(Class.Runtime.Logger, failure, request.Name, this);
        }
        finally
        {
            request.Activation.Complete(request);
        }
    }

    private static async ValueTask Rethrow(ExceptionDispatchInfo exception)
    {
        await ValueTask.CompletedTask;
        exception.Throw();
    }

    private static async ValueTask<TResult> Rethrow<TResult>(ExceptionDispatchInfo exception)
    {
        await ValueTask.CompletedTask;
        exception.Throw();
        return default;
    }

    [LoggerMessage(4, LogLevel.Error, "One-way call {Method} of {Reference} failed.")]
    private static partial void LogOneWay(
        ILogger logger, Exception exception, string method, GrainReference reference);
}
