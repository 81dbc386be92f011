using Commission.Client;
using Commission.Crash.Tests.Harness;
using Commission.Storage.Tests.Postgres;
using Google.Rpc;

namespace Commission.Crash.Tests;

/// <summary>A silo whose PostgreSQL server goes and comes back.</summary>
public sealed class PostgresTests(ITestOutputHelper output)
{
    private const long MemoryGrowth = 256 << 20;

    [Theory]
    [InlineData("fast")]
    [InlineData("immediate")]
    public async Task Postgres_RestartedUnderLoad_LosesNothingAndSiloGoesOn(string mode)
    {
        await using var server = await PostgresServer.StartAsync();
        var trial = await TrialAsync(server, CrashSettings.Seed + mode.Length);
        await using (var silo = await trial.BeginAsync())
        {
            using var clients = trial.Connect(silo);
            for (var round = 0; round < 5; round++)
            {
                await clients.UntilAcknowledgedAsync(150);
                await server.StopAsync(mode);
                await server.RunAsync();
            }

            await EndAsync(trial, silo, clients);
        }

        await trial.VerifyAsync(isSettled: true);
        output.WriteLine($"PostgreSQL restarted {mode}: {trial}");
    }

    [Fact]
    public async Task Postgres_GoneForAWhile_SiloRefusesInBoundedMemoryAndGoesOn()
    {
        await using var server = await PostgresServer.StartAsync();
        var trial = await TrialAsync(server, CrashSettings.Seed);
        await using (var silo = await trial.BeginAsync())
        {
            using var clients = trial.Connect(silo);
            await clients.UntilAcknowledgedAsync(300);
            var before = silo.Program.WorkingSet;
            await server.StopAsync("fast");
            clients.Outages.Clear();
            await Task.Delay(CrashSettings.Outage);

            await RefusesAsync(silo, trial);
            Assert.InRange(silo.Program.WorkingSet, 0, before + MemoryGrowth);
            await server.RunAsync();
            await EndAsync(trial, silo, clients);
            Assert.Contains(clients.Outages, outage => outage.Status == "Unavailable");
        }

        await trial.VerifyAsync(isSettled: true);
        output.WriteLine($"PostgreSQL gone for {CrashSettings.Outage}: {trial}");
    }

    [Fact]
    public async Task Silo_StartedWhilePostgresIsGone_SaysSoAndEnds()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync(PostgresServer.Template);
        await server.StopAsync("fast");

        await using var program = SiloUnderTest.Launch(new PostgresPlace(server, database));
        var (code, errors) = await program.EndAsync();

        Assert.Equal(1, code);
        Assert.StartsWith("The silo can't start. ", errors, StringComparison.Ordinal);
    }

    private static async Task<Trial> TrialAsync(PostgresServer server, int seed) =>
        new(new PostgresPlace(server, await server.CreateDatabaseAsync(PostgresServer.Template)), seed);

    private static async Task RefusesAsync(SiloUnderTest silo, Trial trial)
    {
        var request = trial.Books.Next();
        var refused = await Assert.ThrowsAsync<RpcFailure>(() => silo.Api.RecordAsync(request));
        trial.Books.Lose(request);
        Assert.Equal(Code.Unavailable, refused.Status);
        Assert.NotNull(refused.Detail<RetryInfo>());
    }

    private static async Task EndAsync(Trial trial, SiloUnderTest silo, Clients clients)
    {
        await clients.UntilAcknowledgedAsync(200);
        await clients.StopAsync();
        Assert.All(clients.Outages, outage => Assert.True(
            outage.IsInStream || outage.Status == "Aborted" || outage.HasRetryInfo, outage.ToString()));
        await trial.SettleAsync(silo);
        await silo.Program.SignalAsync("TERM");
        Assert.Equal((0, ""), await silo.Program.EndAsync());
    }
}
