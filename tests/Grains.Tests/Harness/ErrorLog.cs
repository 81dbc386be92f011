using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Tests.Harness;

/// <summary>Keeps what was logged as an error.</summary>
internal sealed class ErrorLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _errors = new();

    public IReadOnlyCollection<string> Errors => _errors;

    public ILogger CreateLogger(string categoryName) => new Logger(_errors, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> errors, string category) : ILogger
    {
        private readonly bool _isOrleans = category.StartsWith("Orleans.", StringComparison.Ordinal);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && !IsOfTheRuntime(exception))
            {
                errors.Enqueue($"{formatter(state, exception)} {exception}");
            }
        }

        /// <summary>
        /// As silos join, queues of streams change hands; Orleans logs the reading that it gives up for that. And it
        /// refuses a message that it has sent after two activations that were gone each time; that is sent again.
        /// </summary>
        private bool IsOfTheRuntime(Exception? exception) =>
            (_isOrleans && exception is OperationCanceledException)
            || exception?.GetType().FullName == "Orleans.Runtime.OrleansMessageRejectionException";
    }
}
