using Commission.Contracts.Grains;
using Commission.Grains.Shards;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;
using Commission.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.TypeSystem;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests;

/// <summary>Which silo has which shards, while silos come and go.</summary>
public sealed class SpreadTests : IAsyncLifetime
{
    private const int Shards = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly MemoryStore _store = new();
    private readonly InProcessTestCluster _cluster;

    public SpreadTests()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        builder.ConfigureSilo((_, silo) =>
        {
            SiloHost.AddServices(silo.Services, new SiloSettings { Shards = Shards }, _store);
            Composition.ConfigureSilo(silo);
            Clustering.Spread(silo);
        });
        builder.ConfigureClient(client => Composition.AddSerialization(client.Services));
        _cluster = builder.Build();
    }

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Shards_AsSilosComeAndGo_AreSpreadEvenly()
    {
        await UntilAsync("4 4");

        var added = await _cluster.StartAdditionalSiloAsync();
        await UntilAsync("2 3 3");

        await _cluster.StopSiloAsync(added);
        await UntilAsync("4 4");
    }

    /// <summary>Returns when the silos have so many shards; each look calls all of them.</summary>
    private async Task UntilAsync(string counts)
    {
        using var patience = new CancellationTokenSource(Patience);
        string seen;
        while ((seen = await CountsAsync()) != counts)
        {
            Assert.False(patience.IsCancellationRequested, $"expected {counts}, found {seen}");
        }
    }

    /// <summary>How many shards each silo has, after all were called; fewest first.</summary>
    private async Task<string> CountsAsync()
    {
        try
        {
            for (var number = 0; number < Shards; number++)
            {
                var shard = _cluster.Client.GetGrain<IShardGrain>(ShardKeys.Of(number));
                await shard.WaitApplied(0, TestContext.Current.CancellationToken);
            }

            // Asked of the silos: a directory's answer may be an older one.
            var active = await _cluster.Client.GetGrain<IManagementGrain>(0)
                .GetDetailedGrainStatistics([RuntimeTypeNameFormatter.Format(typeof(ShardGrain))]);
            return string.Join(' ', active.GroupBy(one => one.SiloAddress).Select(group => group.Count()).Order());
        }
        catch (Exception failure) when (ExpectedFailures.IsPassing(failure))
        {
            return "";
        }
    }
}
