using System.Globalization;
using Commission.Grains.Tests.Harness;
using Commission.Orleans.Tests.Cluster;
using Commission.Storage;
using Orleans.Configuration;

namespace Commission.Orleans.Tests;

/// <summary>Silos that go without a word and others that join, while events are recorded.</summary>
public sealed class MembersUnderLoadTests(ITestOutputHelper output)
{
    private const int Clients = 8;

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(TrialSettings.Seed, Math.Max(1, TrialSettings.Kills / TrialSettings.KillsOfOne))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Silos_KilledAndJoinedUnderLoad_LoseAndDoubleNothing(int seed)
    {
        var (random, company) = (new Random(seed), new Company(seed));
        await using var world = new World(new GrainHost(Stores.Of(new MemoryStore()), configure: SuspectSoon));
        await CompanyLife.PutAllAsync(world, company);
        using var load = new Load(world, company, Clients);
        for (var kill = 0; kill < TrialSettings.KillsOfOne; kill++)
        {
            await load.UntilAcknowledgedAsync(random.Next(20, 120));
            await world.Host.Runtime.KillOneAsync(random);
            await load.UntilAcknowledgedAsync(random.Next(1, 60));
            await world.Host.Cluster.StartAdditionalSiloAsync();
        }

        await load.UntilAcknowledgedAsync(100);
        await load.StopAsync();
        await world.Host.Runtime.StableAsync();
        await Load.CheckLogAsync(world);
        await Audit.CheckAsync(world);
        await world.RestartAsync();
        await Audit.CheckAsync(world);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Seed {seed}: {TrialSettings.KillsOfOne} silos killed and as many joined, {load.Acknowledged} "
            + $"acknowledgements, {load.Retried} calls repeated."));
    }

    /// <summary>A silo that is gone is taken for that soon; there are few to say so.</summary>
    private static void SuspectSoon(ISiloBuilder silo) => silo.Configure<ClusterMembershipOptions>(options =>
    {
        (options.ProbeTimeout, options.NumMissedProbesLimit) = (TimeSpan.FromSeconds(1), 3);
        options.NumVotesForDeathDeclaration = 1;
    });
}
