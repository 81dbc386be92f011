using System.Net;
using System.Text.Json;
using Commission.Client;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Rpc;
using Microsoft.Data.Sqlite;

namespace Commission.Silo.Tests;

/// <summary>A file with a flipped byte: what needs that record is DATA_LOSS with its place, all else goes on.</summary>
public sealed class DamageTests : IDisposable
{
    private const string Bad = "rep-296";
    private const string Good = "rep-295";
    private const int Shards = 8;
    private readonly Scratch _scratch = new();

    [Fact]
    public async Task Payee_WithADamagedLedgerRecord_IsDataLossWithThePlaceByEveryCall()
    {
        await FillAsync();
        Flip("ledger", "payload", $"position = (SELECT (id << 32) | 2 FROM accounts WHERE name = 'rep/main/{Bad}')");
        await using var silo = await RunningSilo.StartOnAsync(_scratch.Store);
        var (table, key) = ("ledger", $"account rep/main/{Bad}");

        await IsLostAsync(() => silo.Api.EstimateAsync(Bad), table, key, 2);
        await IsLostAsync(() => silo.Api.PreviewAsync(Bad, DealOf("x", Bad)), table, key, 2);
        await IsLostAsync(
            () => silo.Api.AskAsync<ListCreditsRequest, ListCreditsReply>(new ListCreditsRequest { Rep = Bad }),
            table, key, 2);
        await IsLostAsync(
            () => silo.Api.AskAsync<ExplainRequest, ExplainReply>(new ExplainRequest { Rep = Bad }), table, key, 2);
        await IsLostAsync(async () => await silo.Api.WatchAsync(Bad).FirstAsync(), table, key, 2);
        await IsLostAsync(() => VerifyAsync(silo), table, key, 2);
        await IsLostByJsonAsync(silo, table, key, 2);

        // Its deals are on disk all the same, and who waits for them to be credited learns why they are not.
        var recorded = await silo.Api.RecordAsync("more", DealOf("more", Bad));
        await IsLostAsync(() => silo.Api.EstimateAsync(Good, after: recorded.Position), table, key, 2);
        await ServesAsync(silo, "others");
    }

    [Fact]
    public async Task Shard_WithADamagedCursor_IsDataLossAndTheSiloGoesOnWithTheOthers()
    {
        await FillAsync();
        var (bad, good) = (DealIn(3, "x"), DealIn(4, "y"));
        Flip("grain_state", "state", "name = 'shard.cursor' AND key = '3'");
        await using var silo = await RunningSilo.StartOnAsync(_scratch.Store);

        var failure = await Assert.ThrowsAsync<RpcFailure>(() => silo.Api.RecordAsync(bad, DealOf(bad, Good)));
        var acks = await silo.Api.RecordStreamAsync(
        [
            new RecordRequest { EventId = bad, Deal = DealOf(bad, Good) },
            new RecordRequest { EventId = good, Deal = DealOf(good, Good) },
        ]).OrderBy(ack => ack.Index).ToListAsync();

        Assert.Equal(Code.DataLoss, failure.Status);
        Assert.Equal("state shard.cursor/3", failure.Detail<ErrorInfo>()!.Metadata["key"]);
        Assert.Equal("DAMAGED_RECORD", Assert.Single(acks[0].Refused.Violations).Reason);
        Assert.Contains("state shard.cursor/3", acks[0].Refused.Violations[0].Message, StringComparison.Ordinal);
        Assert.Null(acks[0].Refused.RetryAfter);
        await silo.Api.EstimateAsync(Good, after: acks[1].Recorded.Position);
        // The starter meets it as well, says so with the place, and ends nothing.
        while (!silo.Errors.Any(error => error.Contains("Shard 3 can't be served", StringComparison.Ordinal)
            && error.Contains("state shard.cursor/3", StringComparison.Ordinal)))
        {
            await silo.Api.EstimateAsync(Good);
        }
    }

    [Fact]
    public async Task Plan_WithADamagedState_IsDataLossAndTheSiloGoesOn()
    {
        await FillAsync();
        Flip("grain_state", "state", "name = 'plan.rollout' AND key = 'main/reseller-10'");
        await using var silo = await RunningSilo.StartOnAsync(_scratch.Store);

        using var bad = await silo.Json.GetAsync("/v1/plans/reseller-10/rollout");
        using var good = await silo.Json.GetAsync("/v1/plans/reseller-12/rollout");

        Assert.Equal(HttpStatusCode.InternalServerError, bad.StatusCode);
        Assert.Contains("state plan.rollout/main/reseller-10", await bad.Content.ReadAsStringAsync(),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        await ServesAsync(silo, "others");
    }

    [Fact]
    public async Task Log_WithADamagedRecordThatIsNotCredited_IsDataLossForItAndWhatIsBehind()
    {
        await FillAsync();
        var deals = new[] { 0, 1, 2 }.Select(i => DealIn(5, $"s{i}-")).ToList();
        await using (var before = await RunningSilo.StartOnAsync(_scratch.Store))
        {
            foreach (var deal in deals)
            {
                await before.Api.RecordAsync(deal, DealOf(deal, Good));
            }
        }

        // As after a crash before the cursor was written: the shard reads its log from the beginning.
        Execute("DELETE FROM grain_state WHERE name = 'shard.cursor' AND key = '5'");
        var position = Flip("deal_log", "payload", $"event_id = '{deals[1]}'", "position");
        var number = position & ((1L << 43) - 1);
        await using var silo = await RunningSilo.StartOnAsync(_scratch.Store);

        for (var at = number; at <= number + 1; at++)
        {
            var after = new Position { Shard = 5, Number = at };
            await IsLostAsync(() => silo.Api.EstimateAsync(Good, after: after), "deal_log", "shard 5", number);
        }

        await silo.Api.EstimateAsync(Good, after: new Position { Shard = 5, Number = number - 1 });
        var more = DealIn(5, "more");
        await IsLostAsync(() => silo.Api.RecordAsync(more, DealOf(more, Good)), "deal_log", "shard 5", number);
        var other = DealIn(6, "other");
        var recorded = await silo.Api.RecordAsync(other, DealOf(other, Good));
        await silo.Api.EstimateAsync(Good, after: recorded.Position);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _scratch.Dispose();
    }

    private static async Task ServesAsync(RunningSilo silo, string id)
    {
        var before = await silo.Api.EstimateAsync(Good);
        var recorded = await silo.Api.RecordAsync(id, DealOf(id, Good));
        var after = await silo.Api.EstimateAsync(Good, after: recorded.Position);
        Assert.Equal(
            before.Component("commission").Credited.ToDecimal() + 100m,
            after.Component("commission").Credited.ToDecimal());
    }

    private static async Task IsLostAsync(Func<Task> ask, string table, string key, long number)
    {
        var failure = await Assert.ThrowsAsync<RpcFailure>(ask);

        Assert.Equal(Code.DataLoss, failure.Status);
        Assert.Contains($"Table {table}, {key}, number {number}", failure.Message, StringComparison.Ordinal);
        var info = failure.Detail<ErrorInfo>()!;
        Assert.Equal("DAMAGED_RECORD", info.Type);
        Assert.Equal(
            (table, key, $"{number}"), (info.Metadata["table"], info.Metadata["key"], info.Metadata["number"]));
        Assert.Null(failure.RetryAfter);
    }

    private static async Task IsLostByJsonAsync(RunningSilo silo, string table, string key, long number)
    {
        using var answer = await silo.Json.GetAsync($"/v1/reps/{Bad}/estimate");
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((int)Code.DataLoss, json.RootElement.GetProperty("code").GetInt32());
        var metadata = json.RootElement.GetProperty("details")[0].GetProperty("metadata");
        Assert.Equal(table, metadata.GetProperty("table").GetString());
        Assert.Equal(key, metadata.GetProperty("key").GetString());
        Assert.Equal($"{number}", metadata.GetProperty("number").GetString());
    }

    private static async Task VerifyAsync(RunningSilo silo)
    {
        var method = InspectReflection.Descriptor.Services[0].FindMethodByName("Verify");
        await silo.Channel.ServerStreamAsync<VerifyRequest, VerifyUpdate>(method, new VerifyRequest(), Api.Patient)
            .ToListAsync();
    }

    private static Deal DealOf(string id, string rep) => new()
    {
        Deal_ = id,
        Credited = "2020-06-03",
        Status = DealStatus.Won,
        Amount = 100m.ToMoney(),
        Owners = { new DealOwner { Rep = rep } },
    };

    private static string DealIn(int shard, string prefix) => Enumerable.Range(0, 1000)
        .Select(i => $"{prefix}{i}")
        .First(deal => GrainKeys.ShardOf("main", deal, Shards) == shard);

    /// <summary>Documents, and three deals of each payee in each shard, all credited.</summary>
    private async Task FillAsync()
    {
        await using var silo = await RunningSilo.StartOnAsync(_scratch.Store);
        await SampleCompany.PutDocumentsAsync(silo.Api);
        foreach (var rep in (string[])[Bad, Good])
        {
            for (var shard = 0; shard < Shards; shard++)
            {
                var id = DealIn(shard, $"{rep}-");
                var recorded = await silo.Api.RecordAsync(id, DealOf(id, rep));
                await silo.Api.EstimateAsync(rep, after: recorded.Position);
            }
        }
    }

    /// <summary>Flips one bit of one value; gives another column of its row.</summary>
    private long Flip(string table, string column, string where, string give = "1")
    {
        using var connection = Open();
        using var read = connection.CreateCommand();
        read.CommandText = $"SELECT {column}, {give} FROM {table} WHERE {where}";
        byte[] value;
        long given;
        using (var reader = read.ExecuteReader())
        {
            Assert.True(reader.Read(), $"no row of {table} where {where}");
            (value, given) = (reader.GetFieldValue<byte[]>(0), reader.GetInt64(1));
            Assert.False(reader.Read(), $"several rows of {table} where {where}");
        }

        value[^1] ^= 1;
        using var write = connection.CreateCommand();
        write.CommandText = $"UPDATE {table} SET {column} = $value WHERE {where}";
        write.Parameters.AddWithValue("$value", value);
        Assert.Equal(1, write.ExecuteNonQuery());
        return given;
    }

    private void Execute(string sql)
    {
        using var connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    private SqliteConnection Open()
    {
        var file = Path.Combine(_scratch.Store, "commission.db");
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        return connection;
    }
}
