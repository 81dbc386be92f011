using Commission.Contracts.Grains;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;
using Commission.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Core.Internal;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests.Cluster;

/// <summary>
/// Three silos that share one store, and a client outside of them: what grains say to each other and to the client is
/// serialized. Each test has a tenant of its own.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public const int Shards = 4;

    private readonly MemoryStore _store = new();
    private readonly InProcessTestCluster _cluster;

    public ClusterFixture()
    {
        Ledger = new ControlledLedger(_store);
        var builder = new InProcessTestClusterBuilder(3);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        builder.ConfigureSilo((_, silo) => Configure(silo));
        builder.ConfigureClient(client =>
        {
            Composition.AddSerialization(client.Services);
            client.AddMemoryStreams(StreamNames.Provider);
        });
        _cluster = builder.Build();
    }

    /// <summary>The ledger of all silos.</summary>
    internal ControlledLedger Ledger { get; }

    public IClusterClient Client => _cluster.Client;

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    public IRepGrain Rep(string tenant, string rep) => Client.GetGrain<IRepGrain>(GrainKeys.Of(tenant, rep));

    public IPlanGrain Plan(string tenant, string plan) => Client.GetGrain<IPlanGrain>(GrainKeys.Of(tenant, plan));

    public IDealGrain Deal(string tenant, string deal) => Client.GetGrain<IDealGrain>(GrainKeys.Of(tenant, deal));

    public ITerritoryGrain Territory(string tenant, string territory) =>
        Client.GetGrain<ITerritoryGrain>(GrainKeys.Of(tenant, territory));

    public IShardGrain Shard(int shard) => Client.GetGrain<IShardGrain>(ShardKeys.Of(shard));

    public IShardGrain ShardOf(string tenant, string deal) => Shard(GrainKeys.ShardOf(tenant, deal, Shards));

    /// <summary>On how many silos grains of a type are, such as "rep".</summary>
    public async Task<int> SilosWithAsync(string grainType)
    {
        var statistics = await Client.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return statistics
            .Where(one => one.GrainId.Type.ToString() == grainType)
            .Select(one => one.SiloAddress)
            .Distinct()
            .Count();
    }

    /// <summary>Has a grain drop its memory; the next call activates it anew.</summary>
    public static Task DeactivateAsync(IAddressable grain) =>
        grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle().AsTask();

    private void Configure(ISiloBuilder silo)
    {
        SiloHost.AddServices(silo.Services, new SiloSettings { Shards = Shards, BusinessDate = "2026-03-31" }, _store);
        silo.Services.AddSingleton<ILedger>(Ledger);
        // So that all silos have a part of every kind of grain, however small the load.
        silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
        Composition.ConfigureSilo(silo);
    }
}
