using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests.Cluster;

/// <summary>The grains that are active on the silos of a cluster.</summary>
internal sealed class ClusterRuntime(InProcessTestCluster cluster)
{
    private const string Ours = "Commission.Grains.";

    /// <summary>How many activations of our grains there are now.</summary>
    public int ActivationCount => ActiveAsync().GetAwaiter().GetResult().Count;

    /// <summary>Deactivates the grain if it is active, and returns when its activation is gone.</summary>
    public Task DeactivateAsync(IAddressable grain) => cluster.DeactivateAsync(grain);

    /// <summary>Deactivates all grains that are active now, and returns when these activations are gone.</summary>
    public async Task DeactivateAllAsync() =>
        await Task.WhenAll((await ActiveAsync()).Select(cluster.DeactivateAsync));

    /// <summary>Kills one of the silos: it leaves the cluster without a word.</summary>
    public Task KillOneAsync(Random random) => cluster.KillSiloAsync(cluster.Silos[random.Next(cluster.Silos.Count)]);

    /// <summary>Returns when the silos that are left know that no other is.</summary>
    public async Task StableAsync()
    {
        while ((await cluster.Client.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count
            != cluster.Silos.Count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Calls grains from within a silo.</summary>
    public IGrainFactory CallerOn(int silo) =>
        cluster.Silos[silo].SiloHost.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Our grains that are active, each as often as it is.</summary>
    public async Task<IReadOnlyList<GrainId>> ActiveAsync()
    {
        var statistics = await cluster.Client.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics();
        return [.. statistics
            .Where(one => one.GrainType.StartsWith(Ours, StringComparison.Ordinal))
            .Select(one => one.GrainId)];
    }
}
