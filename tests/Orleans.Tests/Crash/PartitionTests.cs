using System.Globalization;
using Commission.Crash.Tests.Harness;
using Commission.Storage.Tests.Postgres;

namespace Commission.Orleans.Tests.Crash;

/// <summary>
/// Three real silos, each on a node of its own, of which one is cut off for a while: the others take its place, it
/// writes nothing that they contradict, and it comes back.
/// </summary>
public sealed class PartitionTests(ITestOutputHelper output)
{
    private const int Count = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    [Fact]
    public Task Silo_CutFromTheOthersButNotFromTheStore_LosesAndDoublesNothing() =>
        RunAsync("from the others", (network, node) => network.CutFromOthersAsync(node));

    [Fact]
    public Task Silo_CutOffFromEverything_LosesAndDoublesNothing() =>
        RunAsync("off from everything", (network, node) => network.CutOffAsync(node));

    private async Task RunAsync(string how, Func<SiloNetwork, int, Task> cut)
    {
        if (SiloNetwork.WhyNot() is { } reason)
        {
            output.WriteLine($"Not run: {reason}");
            return;
        }

        await using var network = await SiloNetwork.CreateAsync(Count);
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync(PostgresServer.Template);
        await ListenAsync(server, network);
        var store = new PostgresPlace(server, database);
        var places = Enumerable.Range(0, Count).Select(node => new NodePlace(store, database, network, node));
        var (trial, random) = (new Trial(store, TrialSettings.Seed), new Random(TrialSettings.Seed));
        var ended = 0;
        try
        {
            await using var silos = await Silos.StartAsync(trial, [.. places]);
            for (var round = 0; round < TrialSettings.Partitions; round++)
            {
                await PartitionAsync(network, silos, random, cut);
            }

            ended = silos.Ended;
            await SettleAsync(silos);
        }
        finally
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Cut {how}, seed {TrialSettings.Seed}: {TrialSettings.Partitions} partitions, after {ended} the "
                + $"silo ended by itself; {trial}"));
        }
    }

    private async Task SettleAsync(Silos silos)
    {
        try
        {
            await silos.SettleAsync();
        }
        catch
        {
            output.WriteLine(string.Join('\n', silos.Errors()));
            throw;
        }
    }

    /// <summary>The others must have taken over what the one served before it is back.</summary>
    private static async Task PartitionAsync(
        SiloNetwork network, Silos silos, Random random, Func<SiloNetwork, int, Task> cut)
    {
        var alone = random.Next(Count);
        await silos.UntilAcknowledgedAsync(alone, random.Next(1, 100));
        silos.Expect(alone);
        await cut(network, alone);
        for (var other = (alone + 1) % Count; other != alone; other = (other + 1) % Count)
        {
            await silos.UntilAcknowledgedAsync(other, 200);
        }

        await network.HealAsync();
        await silos.RejoinAsync(alone, Patience);
        await silos.UntilAcknowledgedAsync(alone, random.Next(1, 50));
    }

    /// <summary>Has the server take connections from the nodes.</summary>
    private static async Task ListenAsync(PostgresServer server, SiloNetwork network)
    {
        var rules = Path.Combine((string)(await server.ExecuteAsync("postgres", "SHOW data_directory"))!, "hba");
        await server.ExecuteAsync("postgres",
            $"COPY (VALUES ('local all all trust'), ('host all all 10.0.0.0/8 trust')) TO '{rules}'");
        await server.StopAsync("fast");
        await server.RunAsync($"-h {network.Outside} -c hba_file={rules}");
    }
}
