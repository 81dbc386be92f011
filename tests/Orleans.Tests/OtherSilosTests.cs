using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Journals;
using Commission.Silo.Configuration;
using Commission.Silo.Hosting;
using Commission.Storage;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests;

/// <summary>What silos tell each other of whom they have.</summary>
public sealed class OtherSilosTests : IAsyncLifetime
{
    private readonly MemoryStore _store = new();
    private readonly InProcessTestCluster _cluster;

    public OtherSilosTests()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureHost(host => host.Logging.ClearProviders());
        builder.ConfigureSilo((_, silo) =>
        {
            SiloHost.AddServices(silo.Services, new SiloSettings { Shards = 4 }, _store);
            Composition.ConfigureSilo(silo);
        });
        builder.ConfigureClient(client => Composition.AddSerialization(client.Services));
        _cluster = builder.Build();
    }

    private IManagementGrain Management => _cluster.Client.GetGrain<IManagementGrain>(0);

    public async ValueTask InitializeAsync() => await _cluster.DeployAsync();

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Payee_BehindItsAccountInAnotherSilo_IsFoundByTheOthers()
    {
        var rep = _cluster.Client.GetGrain<IRepGrain>(GrainKeys.Of("main", "ann"));
        await rep.Credit(Credit(1));
        var at = await Management.GetActivationAddress(rep);
        await _store.AppendAsync("rep/main/ann", 1, [Credit(2).ToByteArray()], CancellationToken.None);

        foreach (var silo in _cluster.Silos)
        {
            var others = silo.ServiceProvider.GetRequiredService<IOtherSilos>();
            string[] behind = silo.SiloAddress.Equals(at) ? [] : ["rep/main/ann"];
            Assert.Equal(behind, await AskAsync(others, ("rep/main/ann", 2), ("rep/main/bob", 1)));
            Assert.Empty(await AskAsync(others, ("rep/main/ann", 1)));
        }
    }

    private static async Task<IEnumerable<string>> AskAsync(IOtherSilos others, params (string, long)[] ends) =>
        await others.FindBehindAsync(ends.ToDictionary(end => end.Item1, end => end.Item2, StringComparer.Ordinal));

    private static CreditRecord Credit(long number) => new()
    {
        Revision = 1,
        Position = new Position { Shard = 0, Number = number },
        Deal = new Deal { Deal_ = $"d{number}" },
    };
}
