using Commission.Embedded.Runtime;
using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Hosting;

/// <content>The end.</content>
public sealed partial class EmbeddedGrainRuntime
{
    /// <summary>Does nothing: grains are there from the first call.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Refuses calls from outside, lets the running ones end, deactivates all. At the deadline, or when the token is
    /// cancelled, calls that still wait fail with <see cref="GrainRuntimeStoppedException"/>.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping = true;
        await _collector.DisposeAsync();
        using var timeout = new CancellationTokenSource(Options.StopTimeout, Clock);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await QuietAsync(deadline.Token);
            await DeactivateUntilNoneAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            AbandonAll();
        }
    }

    private async Task QuietAsync(CancellationToken deadline)
    {
        for (var busy = Busy(); busy.Count > 0; busy = Busy())
        {
            await Task.WhenAll(busy.ConvertAll(activation => activation.WhenQuiet())).WaitAsync(deadline);
        }
    }

    private List<Activation> Busy() => Activations(static activation => !activation.WhenQuiet().IsCompleted);

    private async Task DeactivateUntilNoneAsync(CancellationToken deadline)
    {
        // A grain that goes may call another that went before.
        while (ActivationCount > 0)
        {
            var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The process stops.");
            deadline.ThrowIfCancellationRequested();
            await DeactivateAllAsync(reason).WaitAsync(deadline);
        }
    }

    private void AbandonAll()
    {
        var left = Activations(static _ => true);
        LogAbandoned(Logger, left.Count);
        _abandoned.Cancel();
        foreach (var activation in left)
        {
            activation.Abandon(new GrainRuntimeStoppedException());
        }
    }

    [LoggerMessage(6, LogLevel.Warning, "Stopped with {Count} activations that had not ended in time.")]
    private static partial void LogAbandoned(ILogger logger, int count);
}
