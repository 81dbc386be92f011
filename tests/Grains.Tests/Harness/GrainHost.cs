using Commission.Contracts.Grains;
using Commission.Embedded.Hosting;
using Commission.Embedded.Simulation;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Plans;
using Commission.Grains.Rates;
using Commission.Grains.Reps;
using Commission.Grains.Shards;
using Commission.Silo.Hosting;
using Commission.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Tests.Harness;

/// <summary>One process of grains on a store, composed as the silo does it.</summary>
internal sealed class GrainHost : IAsyncDisposable
{
    public const string Tenant = "acme";
    private readonly ServiceProvider _services;
    private readonly KillableTurnScheduler _turns = new(new ThreadPoolTurnScheduler());
    private bool _gone;

    public GrainHost(Stores store, GrainSettings? settings = null, TimeProvider? time = null)
    {
        Store = store;
        Time = time ?? TimeProvider.System;
        Gate = new StoreGate(store);
        Settings = settings ?? new GrainSettings { Shards = 3, BusinessDate = new DateOnly(2026, 2, 15) };
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddProvider(Log));
        services.AddSingleton(Time);
        services.AddSingleton<ITurnScheduler>(_turns);
        services.AddSingleton<IDealLog>(Gate).AddSingleton<ILedger>(Gate);
        services.AddSingleton<ICatalog>(Gate).AddSingleton<IGrainStateStore>(Gate);
        services.AddSingleton(Settings);
        services.AddSingleton<BusinessCalendar>().AddSingleton<TenantRulesCache>();
        services.AddSingleton<LiveAccounts>().AddSingleton<TenantRatesCache>();
        services.AddSingleton<HeldCredits>().AddSingleton<RulesAnnouncer>().AddSingleton<PlanLibrary>()
            .AddSingleton<RepServices>();
        services.AddEmbeddedGrains(options => options
            .AddGrainsFrom(typeof(ShardGrain).Assembly)
            .AddMemoryStreams(StreamNames.Provider)
            .AddGrainStorage(GrainStorageNames.Default, _ => new StoredGrainState(Gate)));
        _services = services.BuildServiceProvider();
    }

    public Stores Store { get; }

    public StoreGate Gate { get; }

    public TimeProvider Time { get; }

    public GrainSettings Settings { get; }

    public ErrorLog Log { get; } = new();

    public EmbeddedGrainRuntime Runtime => _services.GetRequiredService<EmbeddedGrainRuntime>();

    public IClusterClient Client => _services.GetRequiredService<IClusterClient>();

    public static GrainHost InMemory() => new(Stores.Of(new MemoryStore()));

    public IRepGrain Rep(string id) => Client.GetGrain<IRepGrain>(GrainKeys.Of(Tenant, id));

    public IRepHistoryGrain History(string id) => Client.GetGrain<IRepHistoryGrain>(GrainKeys.Of(Tenant, id));

    public IPlanGrain Plan(string id) => Client.GetGrain<IPlanGrain>(GrainKeys.Of(Tenant, id));

    public ITerritoryGrain Territory(string id) => Client.GetGrain<ITerritoryGrain>(GrainKeys.Of(Tenant, id));

    public IDealGrain Deal(string id) => Client.GetGrain<IDealGrain>(GrainKeys.Of(Tenant, id));

    public IRatesGrain Rates => Client.GetGrain<IRatesGrain>(Tenant);

    public IDirectoryGrain Directory => Client.GetGrain<IDirectoryGrain>(Tenant);

    public IShardGrain Shard(int shard) => Client.GetGrain<IShardGrain>(ShardKeys.Of(shard));

    public IShardGrain ShardOf(string deal) => Shard(GrainKeys.ShardOf(Tenant, deal, Settings.Shards));

    /// <summary>Activates every shard, as a silo does when it starts.</summary>
    public Task StartShardsAsync() =>
        Task.WhenAll(Enumerable.Range(0, Settings.Shards).Select(shard => Shard(shard).WaitApplied(0, default)));

    /// <summary>Returns when every event of a shard is credited.</summary>
    public async Task AppliedAsync(int shard)
    {
        // Deals are credited in parallel: that the last event is says nothing of those before it.
        for (var number = 1L; number <= await Store.Log.ReadHeadAsync(shard, default); number++)
        {
            await AppliedAsync(shard, number);
        }
    }

    private async Task AppliedAsync(int shard, long number)
    {
        try
        {
            Assert.True(await Shard(shard).WaitApplied(number, default));
        }
        catch (ShardMovedException)
        {
            // The next call reaches an activation that knows the log.
            await AppliedAsync(shard, number);
        }
    }

    /// <summary>Stops in order, and gives the next process on the same store.</summary>
    public async Task<GrainHost> RestartAsync()
    {
        await DisposeAsync();
        return new GrainHost(Store, Settings, Time);
    }

    /// <summary>Gives the next process on the same store, without telling this one.</summary>
    public async Task<GrainHost> CrashAndRestartAsync()
    {
        Gate.Crash();
        _turns.Kill();
        _gone = true;
        await Gate.Quiet;
        return new GrainHost(Store, Settings, Time);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_gone)
        {
            _gone = true;
            await Runtime.StopAsync(CancellationToken.None);
            await _services.DisposeAsync();
        }
    }
}
