using System.Diagnostics;
using Commission.Client;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Crash.Tests.Harness;
using Commission.Grains.Shards;
using Commission.Grains.Tests.Harness;
using Commission.Silo.Tests.Hosts;
using Commission.Storage;
using Commission.Storage.Tests.Postgres;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Crash.Tests;

/// <summary>Shards that nobody calls are brought back by the silo itself.</summary>
public sealed class ShardTests
{
    private const string Tenant = "main";

    [Fact]
    public async Task Shards_ThatCannotStart_StartWhenTheStoreIsBack()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync(PostgresServer.Template);
        await server.ExecuteAsync(database, "ALTER TABLE commission.deal_log RENAME TO deal_log_away");
        await using var silo = await SiloUnderTest.StartAsync(new PostgresPlace(server, database));
        await PutAnnAsync(silo.Api);
        var refused = await Assert.ThrowsAsync<RpcFailure>(() => silo.Api.RecordAsync(EventOf("e1", 1000m)));
        Assert.Equal(Code.Unavailable, refused.Status);

        await server.ExecuteAsync(database, "ALTER TABLE commission.deal_log_away RENAME TO deal_log");

        await silo.Api.EstimateAsync("ann", after: (await silo.Api.RecordAsync(EventOf("e1", 1000m))).Position);
        await silo.Program.SignalAsync("TERM");
        Assert.Equal((0, ""), await silo.Program.EndAsync());
    }

    [Fact]
    public async Task Shard_GivenUpAndNotCalledAgain_CreditsWhatIsLogged()
    {
        await using var server = await PostgresServer.StartAsync();
        var place = new PostgresPlace(server, await server.CreateDatabaseAsync(PostgresServer.Template));
        await using var silo = await SiloUnderTest.StartAsync(place);
        await PutAnnAsync(silo.Api);
        var first = (await silo.Api.RecordAsync(EventOf("e1", 1000m))).Position;
        await silo.Api.EstimateAsync("ann", after: first);

        // As a commit that comes through after its connection was lost; the silo learns of it by its next append.
        await place.OpenAsync((_, log) => AppendAsync(log, first, EventOf("e2", 3000m)));
        var refused = await Assert.ThrowsAsync<RpcFailure>(() => silo.Api.RecordAsync(EventOf("e3", 5000m)));
        Assert.Equal(Code.Aborted, refused.Status);

        var waited = Stopwatch.StartNew();
        while ((await silo.Api.EstimateAsync("ann")).Component("commission").Credited != "3000")
        {
            Assert.True(waited.Elapsed < TimeSpan.FromMinutes(1), "The event is not credited.");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static async Task PutAnnAsync(Api api)
    {
        await api.PublishAsync(Docs.Flat);
        await api.PutAsync(Docs.Rep("ann"));
    }

    private static RecordRequest EventOf(string id, decimal amount) =>
        Docs.Event(id, "d1", amount, "2026-02-03", "", "ann");

    private static async Task AppendAsync(IDealLog log, Position last, RecordRequest request)
    {
        var logged = new LoggedEvent { Tenant = Tenant, Request = request };
        var entry = new LogEntry(
            Tenant, request.EventId, EventContent.Hash(request), logged.ToByteArray(), DateTimeOffset.UnixEpoch);
        var result = await log.AppendAsync(last.Shard, last.Number, [entry], CancellationToken.None);
        Assert.IsType<LogAppendResult.Accepted>(result);
    }
}
