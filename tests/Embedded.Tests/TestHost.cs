using System.Collections.Concurrent;
using Commission.Embedded.Hosting;
using Commission.Embedded.Simulation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Commission.Embedded.Tests;

/// <summary>
/// A process of grains with a virtual clock. At its end it checks that nobody had cause to log an error.
/// </summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ErrorLog _errors = new();

    public TestHost(
        Action<EmbeddedGrainOptions>? configure = null,
        ITurnScheduler? scheduler = null,
        VirtualTimeProvider? clock = null,
        IGrainStorage? storage = null)
    {
        Clock = clock ?? new VirtualTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(Log);
        services.AddSingleton(Storage = storage ?? new MemoryGrainStorage());
        services.AddLogging(logging => logging.AddProvider(_errors));
        if (scheduler is not null)
        {
            services.AddSingleton(scheduler);
        }

        services.AddEmbeddedGrains(options =>
        {
            options.AddGrainsFrom(typeof(TestHost).Assembly);
            options.AddMemoryStreams("streams", queueLimit: 4);
            options.AddGrainStorage("store", provider => provider.GetRequiredService<IGrainStorage>());
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider();
    }

    public VirtualTimeProvider Clock { get; }

    public ProbeLog Log { get; } = new();

    public IGrainStorage Storage { get; }

    public EmbeddedGrainRuntime Runtime => _services.GetRequiredService<EmbeddedGrainRuntime>();

    public IClusterClient Client => _services.GetRequiredService<IClusterClient>();

    public IEnumerable<IHostedService> HostedServices => _services.GetServices<IHostedService>();

    public ConcurrentQueue<Exception?> Errors => _errors.Entries;

    public IProbe Probe(string key) => Client.GetGrain<IProbe>(key);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Assert.Empty(Errors);
    }

    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<Exception?> Entries { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Entries.Enqueue(exception);
            }
        }

        public void Dispose()
        {
        }
    }
}
