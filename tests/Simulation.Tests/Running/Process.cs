using Commission.Contracts.Grains;
using Commission.Embedded.Hosting;
using Commission.Embedded.Simulation;
using Commission.Grains;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Plans;
using Commission.Grains.Rates;
using Commission.Grains.Reps;
using Commission.Grains.Shards;
using Commission.Silo.Hosting;
using Commission.Simulation.Tests.Disk;
using Commission.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Simulation.Tests.Running;

/// <summary>The process was gone before it answered: whether the call had an effect is not known.</summary>
internal sealed class ProcessLostException() : Exception("The process is gone.");

/// <summary>One process of grains on the simulated disk, composed as the silo does it; may be killed at any turn.
/// </summary>
internal sealed class Process
{
    public const string Tenant = "acme";
    private readonly CountedTurns _turns;
    private readonly ProcessClock _clock;
    private readonly SimulatedStore _store;
    private readonly ServiceProvider _services;
    private readonly List<Action> _pending = [];

    public Process(int number, SimulatedDisk disk, VirtualTimeProvider clock, SeededTurnScheduler scheduler,
        Dictionary<string, long> floor)
    {
        (Number, Floor) = (number, floor);
        _turns = new CountedTurns(scheduler, Crash);
        _clock = new ProcessClock(clock);
        _store = new SimulatedStore(disk);
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddProvider(Errors));
        services.AddSingleton<TimeProvider>(_clock).AddSingleton<ITurnScheduler>(_turns);
        services.AddSingleton<IDealLog>(_store).AddSingleton<ILedger>(_store);
        services.AddSingleton<ICatalog>(_store).AddSingleton<IGrainStateStore>(_store);
        services.AddSingleton(new GrainSettings { Shards = Shards, BusinessDate = new DateOnly(2026, 2, 15) });
        services.AddSingleton<BusinessCalendar>().AddSingleton<TenantRulesCache>();
        services.AddSingleton<LiveAccounts>().AddSingleton<TenantRatesCache>();
        services.AddSingleton<HeldCredits>().AddSingleton<RulesAnnouncer>().AddSingleton<PlanLibrary>()
            .AddSingleton<RepServices>();
        services.AddEmbeddedGrains(options => options
            .AddGrainsFrom(typeof(ShardGrain).Assembly)
            .AddMemoryStreams(StreamNames.Provider)
            .AddGrainStorage(GrainStorageNames.Default, _ => new StoredGrainState(_store)));
        _services = services.BuildServiceProvider();
        Runtime = _services.GetRequiredService<EmbeddedGrainRuntime>();
    }

    public static int Shards => 3;

    public int Number { get; }

    /// <summary>How far each account had been seen when the process started.</summary>
    public Dictionary<string, long> Floor { get; }

    public EmbeddedGrainRuntime Runtime { get; }

    public ErrorLog Errors { get; } = new();

    public bool IsAlive { get; private set; } = true;

    /// <summary>Completes when the process is gone.</summary>
    public TaskCompletionSource Gone { get; } = new();

    public string? StrayedAt => _turns.StrayedAt;

    public IRepGrain Rep(string id) => Runtime.GetGrain<IRepGrain>(GrainKeys.Of(Tenant, id));

    public IPlanGrain Plan(string id) => Runtime.GetGrain<IPlanGrain>(GrainKeys.Of(Tenant, id));

    public IRatesGrain Rates => Runtime.GetGrain<IRatesGrain>(Tenant);

    public ITerritoryGrain Territory(string id) => Runtime.GetGrain<ITerritoryGrain>(GrainKeys.Of(Tenant, id));

    public IDealGrain Deal(string id) => Runtime.GetGrain<IDealGrain>(GrainKeys.Of(Tenant, id));

    public IShardGrain Shard(int shard) => Runtime.GetGrain<IShardGrain>(ShardKeys.Of(shard));

    public IShardGrain ShardOf(string deal) => Shard(GrainKeys.ShardOf(Tenant, deal, Shards));

    /// <summary>Calls into the process.</summary>
    /// <exception cref="ProcessLostException">It is gone, before or while it answers.</exception>
    public Task<T> AskAsync<T>(Func<Process, Task<T>> call)
    {
        if (!IsAlive)
        {
            throw new ProcessLostException();
        }

        var promise = new TaskCompletionSource<T>();
        _pending.Add(() => promise.TrySetException(new ProcessLostException()));
        _ = ForwardAsync(call, promise);
        return promise.Task;
    }

    /// <summary>Kills the process after so many turns.</summary>
    public void CrashAfter(int turns) => _turns.Left = turns;

    public void Crash()
    {
        if (IsAlive)
        {
            _store.Crash();
            End();
        }
    }

    /// <summary>Stops in order.</summary>
    public async Task StopAsync()
    {
        await AskAsync(async self =>
        {
            await self.Runtime.StopAsync(CancellationToken.None);
            return true;
        });
        Crash();
    }

    private void End()
    {
        IsAlive = false;
        _turns.Kill();
        _clock.Stop();
        var pending = _pending.ToList();
        _pending.Clear();
        pending.ForEach(lose => lose());
        Gone.SetResult();
    }

    private async Task ForwardAsync<T>(Func<Process, Task<T>> call, TaskCompletionSource<T> promise)
    {
        try
        {
            promise.TrySetResult(await call(this));
        }
        catch (Exception failure)
        {
            // Whoever called gets it.
            promise.TrySetException(failure);
        }
    }
}

/// <summary>Keeps what was logged as an error.</summary>
internal sealed class ErrorLog : ILoggerProvider, ILogger
{
    public List<(string Text, Exception? Failure)> Errors { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Errors.Add((formatter(state, exception), exception));
        }
    }

    public void Dispose()
    {
    }
}
