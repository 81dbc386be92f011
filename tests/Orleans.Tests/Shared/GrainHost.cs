using Commission.Contracts.Grains;
using Commission.Orleans.Tests.Cluster;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;
using Commission.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace Commission.Grains.Tests.Harness;

/// <summary>
/// The host of grains that the tests of the default build know, as a cluster: three silos on one store, each with its
/// own memory, and a client outside of them, so that all that is said is serialized.
/// </summary>
internal sealed class GrainHost : IAsyncDisposable
{
    public const string Tenant = "acme";
    private const int Silos = 3;
    private readonly InProcessTestCluster _cluster;
    private bool _gone;

    /// <summary>A cluster, once it serves.</summary>
    /// <param name="store">What all silos share.</param>
    /// <param name="settings">Of the grains.</param>
    /// <param name="time">The grains' clock.</param>
    /// <param name="configure">What a silo has that it would not have otherwise.</param>
    public GrainHost(
        Stores store, GrainSettings? settings = null, TimeProvider? time = null, Action<ISiloBuilder>? configure = null)
    {
        Store = store;
        Time = time ?? TimeProvider.System;
        Gate = new StoreGate(store);
        Settings = settings ?? new GrainSettings { Shards = 3, BusinessDate = new DateOnly(2026, 2, 15) };
        Settings.HasOtherSilos = true;
        _cluster = Build(configure);
        Runtime = new ClusterRuntime(_cluster);
        // The tests make hosts without waiting, as those of the default build need not be waited for.
        Task.Run(_cluster.DeployAsync).GetAwaiter().GetResult();
    }

    public Stores Store { get; }

    public StoreGate Gate { get; }

    public TimeProvider Time { get; }

    public GrainSettings Settings { get; }

    public ErrorLog Log { get; } = new();

    public ClusterRuntime Runtime { get; }

    public InProcessTestCluster Cluster => _cluster;

    public IClusterClient Client => _cluster.Client;

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

    /// <summary>Stops in order, and gives the next cluster on the same store.</summary>
    public async Task<GrainHost> RestartAsync()
    {
        await DisposeAsync();
        return new GrainHost(Store, Settings, Time);
    }

    /// <summary>Kills every silo, and gives the next cluster on the same store.</summary>
    public async Task<GrainHost> CrashAndRestartAsync()
    {
        Gate.Crash();
        _gone = true;
        // Nothing of it reaches the store any more; until its grains have been given up nobody needs to wait.
        _ = KillAsync();
        await Gate.Quiet;
        return new GrainHost(Store, Settings, Time);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_gone)
        {
            _gone = true;
            await _cluster.StopAllSilosAsync();
            await _cluster.DisposeAsync();
        }
    }

    private async Task KillAsync()
    {
        await Task.WhenAll(_cluster.Silos.ToList().Select(_cluster.KillSiloAsync));
        await _cluster.KillClientAsync();
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

    private InProcessTestCluster Build(Action<ISiloBuilder>? configure)
    {
        var builder = new InProcessTestClusterBuilder(Silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureHost(host => host.Logging.ClearProviders().SetMinimumLevel(LogLevel.Error).AddProvider(Log));
        builder.ConfigureSilo((_, silo) =>
        {
            Configure(silo);
            configure?.Invoke(silo);
        });
        builder.ConfigureClient(client =>
        {
            Composition.AddSerialization(client.Services);
            client.AddMemoryStreams(StreamNames.Provider);
            client.Configure<ConnectionOptions>(BePatient);
        });
        return builder.Build();
    }

    /// <summary>Many clusters may start at a time, on a machine that has other things to do.</summary>
    private static void BePatient(ConnectionOptions options) => options.OpenConnectionTimeout = TimeSpan.FromMinutes(1);

    private void Configure(ISiloBuilder silo)
    {
        SiloHost.AddServices(silo.Services, new SiloSettings { Shards = Settings.Shards }, Gate);
        silo.Services.Replace(ServiceDescriptor.Singleton(Time));
        silo.Services.Replace(ServiceDescriptor.Singleton(Settings));
        // So that every silo has a part of every kind of grain, however small the load.
        silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
        silo.Configure<ConnectionOptions>(BePatient);
        Composition.ConfigureSilo(silo);
    }
}
