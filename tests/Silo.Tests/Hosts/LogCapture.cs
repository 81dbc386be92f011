using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Commission.Silo.Tests.Hosts;

/// <summary>Keeps what was logged as an error: there must be nothing.</summary>
internal sealed class LogCapture : ILoggerProvider
{
    private volatile bool _stops;

    public ConcurrentQueue<string> Errors { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <summary>The silo stops: Orleans logs as errors what it can't send any more.</summary>
    public void Stop() => _stops = true;

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        private readonly bool _isOrleans = category.StartsWith("Orleans.", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel >= LogLevel.Error && !(_isOrleans && capture._stops);

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                capture.Errors.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
