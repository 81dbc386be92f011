using Commission.Embedded.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Runtime;

/// <summary>Turns of something that is no grain, such as a stream's subscriber outside of all grains.</summary>
internal sealed partial class SerialQueue : TurnQueue
{
    private readonly ILogger _logger;

    internal SerialQueue(ITurnScheduler scheduler, ILogger logger)
        : base(scheduler)
    {
        _logger = logger;
        Context = new SerialContext(this);
    }

    internal SynchronizationContext Context { get; }

    protected override void OnUnhandled(Exception exception) => LogUnhandled(_logger, exception);

    [LoggerMessage(7, LogLevel.Error, "Unhandled exception in a turn outside of the grains.")]
    private static partial void LogUnhandled(ILogger logger, Exception exception);

    private sealed class SerialContext(SerialQueue queue) : TurnContext
    {
        internal override TurnQueue Queue => queue;
    }
}
