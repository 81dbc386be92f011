using Commission.Crash.Tests.Harness;
using Commission.Silo.Tests.Hosts;
using Commission.Storage.Tests.Postgres;

namespace Commission.Crash.Tests;

/// <summary>The real silo on SQLite, loaded over gRPC and killed at random moments.</summary>
public sealed class SqliteKillTests(ITestOutputHelper output)
{
    [Fact]
    public Task SqliteSilo_KilledAtRandomMoments_KeepsEveryAcknowledgedEventOnce() =>
        new KillSchedule("SQLite", output).RunAsync(async live =>
        {
            using var scratch = new Scratch();
            await live(new SqlitePlace(scratch.Store));
        });
}

/// <summary>The same on PostgreSQL. A class of its own, so that both run at a time.</summary>
public sealed class PostgresKillTests(ITestOutputHelper output)
{
    [Fact]
    public async Task PostgresSilo_KilledAtRandomMoments_KeepsEveryAcknowledgedEventOnce()
    {
        await using var server = await PostgresServer.StartAsync();
        await new KillSchedule("PostgreSQL", output).RunAsync(async live =>
            await live(new PostgresPlace(server, await server.CreateDatabaseAsync(PostgresServer.Template))));
    }
}
