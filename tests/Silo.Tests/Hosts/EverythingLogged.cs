using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Commission.Silo.Tests.Hosts;

/// <summary>Keeps all that is logged, with what it came with.</summary>
internal sealed class EverythingLogged : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(Lines, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"{category}: {Text(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{category}: {formatter(state, exception)} {Text(state)} {exception}");

        private static string Text(object? state) => state is IEnumerable<KeyValuePair<string, object?>> named
            ? string.Join(' ', named.Select(one => $"{one.Key}={one.Value}"))
            : $"{state}";
    }
}
