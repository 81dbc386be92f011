using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Commission.Hostile.Server;

/// <summary>Counts what is logged, and keeps the first errors.</summary>
internal sealed class LogCapture : ILoggerProvider, ILogger
{
    private const int Kept = 20;

    private long _lines;
    private long _errorCount;

    public ConcurrentQueue<string> Errors { get; } = new();

    public long Lines => Interlocked.Read(ref _lines);

    public long ErrorCount => Interlocked.Read(ref _errorCount);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        Interlocked.Increment(ref _lines);
        if (logLevel >= LogLevel.Error && Interlocked.Increment(ref _errorCount) <= Kept)
        {
            Errors.Enqueue($"{formatter(state, exception)} {exception}");
        }
    }

    public void Dispose()
    {
    }
}
