using System.Globalization;
using Commission.Crash.Tests.Harness;
using Commission.Storage.Tests.Postgres;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests.Crash;

/// <summary>Three real silos on PostgreSQL, loaded over gRPC, of which some are killed at random moments.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Count = 3;

    [Fact]
    public async Task Silos_KilledAtRandomMoments_KeepEveryAcknowledgedEventOnce()
    {
        await using var server = await PostgresServer.StartAsync();
        for (var (left, seed) = (TrialSettings.Crashes, TrialSettings.Seed); left > 0; seed++)
        {
            var crashes = Math.Min(left, TrialSettings.CrashesOfOne);
            var database = await server.CreateDatabaseAsync(PostgresServer.Template);
            await RunAsync(new PostgresPlace(server, database), seed, crashes);
            left -= crashes;
        }
    }

    private async Task RunAsync(PostgresPlace store, int seed, int crashes)
    {
        var (random, trial) = (new Random(seed), new Trial(store, seed));
        using var ports = new TestClusterPortAllocator();
        var (first, _) = ports.AllocateConsecutivePortPairs(Count);
        var places = Enumerable.Range(first, Count).Select(port => new LoopbackPlace(store, port));
        try
        {
            await using var silos = await Silos.StartAsync(trial, [.. places]);
            for (var crash = 1; crash <= crashes; crash++)
            {
                await CrashAsync(silos, random);
            }

            await silos.SettleAsync();
        }
        finally
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"Three silos, seed {seed}: {crashes} SIGKILLs, {trial}"));
        }
    }

    /// <summary>One is killed, and the others go on meanwhile and after it is back.</summary>
    private static async Task CrashAsync(Silos silos, Random random)
    {
        var killed = random.Next(Count);
        var other = (killed + random.Next(1, Count)) % Count;
        await silos.UntilAcknowledgedAsync(other, random.Next(1, 100));
        await Task.Delay(random.Next(20, 400));
        await silos.KillAsync(killed);
        await silos.UntilAcknowledgedAsync(other, random.Next(1, 200));
        await silos.JoinAsync(killed);
        await silos.UntilAcknowledgedAsync(killed, random.Next(1, 50));
    }
}
