using System.Text;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Storage;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Cli.Tests;

/// <summary>`commission verify` of a store and of a silo.</summary>
public sealed class VerifyTests : IDisposable
{
    private const string Plan = """
        plan: flat
        currency: USD
        effective: 2026-01-01
        pays: monthly
        components:
          - { component: commission, credit: [owner], measure: amount, window: quarter, rate: 5% }
        """;

    private readonly Shell _shell = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Store_WithoutDifferences_EndsWith0()
    {
        var ran = await Shell.OfflineAsync("verify", "--store", await StoreAsync(credited: 1_000));

        Assert.Equal((ExitCode.Ok, ""), (ran.Code, ran.Error));
        Assert.Equal(
            """
            1 events, 1 deals, 1 credits; 1 payees, 0 territories, 1 windows, 2 statements compared.
            No differences.

            """,
            ran.Out);
    }

    [Fact]
    public async Task Store_WithDifferences_NamesThemAndEndsWith1()
    {
        var ran = await Shell.OfflineAsync("verify", "--store", await StoreAsync(credited: 1_200));

        Assert.Equal((ExitCode.Findings, ""), (ran.Code, ran.Error));
        Assert.Equal(
            """
            payee main/ann, deal d1: amount is 1200 USD, expected 1000 USD (shard 3, event 1)
            payee main/ann, statement 2026-02: earned is 60, expected 50
            payee main/ann, statement 2026-02: paid is 60, expected 50
            payee main/ann, window 2026-Q1, component commission: credited is 1200, expected 1000
            payee main/ann, window 2026-Q1, component commission: earned is 60, expected 50
            payee main/ann, deal d1, component commission: credited is 1200, expected 1000
            payee main/ann, deal d1, component commission: earned is 60, expected 50
            1 events, 1 deals, 1 credits; 1 payees, 0 territories, 1 windows, 2 statements compared.
            7 differences.

            """,
            ran.Out);
    }

    [Fact]
    public async Task Store_MoreDifferencesThanAskedFor_AreCounted()
    {
        var ran = await Shell.OfflineAsync("verify", "--most", "1", "--store", await StoreAsync(credited: 1_200));

        Assert.Equal(ExitCode.Findings, ran.Code);
        Assert.EndsWith("7 differences, 1 of them above.\n", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_AsJson_IsALineForEach()
    {
        var ran = await Shell.OfflineAsync("verify", "--json", "--store", await StoreAsync(credited: 1_200));

        var lines = ran.Out.TrimEnd().Split('\n').Select(JsonParser.Default.Parse<VerifyUpdate>).ToList();
        Assert.Equal(8, lines.Count(line => line.UpdateCase != VerifyUpdate.UpdateOneofCase.Progress));
        Assert.Equal("1200 USD", lines.First(line => line.Difference is not null).Difference.Found);
        Assert.Equal(7, lines[^1].Summary.Differences);
    }

    [Fact]
    public async Task Store_WithInvalidPlan_EndsWith2()
    {
        var ran = await Shell.OfflineAsync("verify", "--store", await StoreAsync(credited: 1_000, document: "no plan"));

        Assert.Equal((ExitCode.Usage, ""), (ran.Code, ran.Out));
        Assert.Equal("Version 1 of the plan 'flat' is not valid.\n", ran.Error);
    }

    [Theory]
    [InlineData("no/such/store.db")]
    [InlineData("")]
    public async Task Store_Missing_EndsWith2(string store)
    {
        var ran = await Shell.OfflineAsync("verify", "--store", store);

        Assert.Equal(ExitCode.Usage, ran.Code);
        Assert.NotEmpty(ran.Error);
    }

    [Theory]
    [InlineData(0, 0, ExitCode.Ok)]
    [InlineData(1, 0, ExitCode.Findings)]
    [InlineData(0, 1, ExitCode.Usage)]
    public async Task Silo_ByItsSummary_EndsWithTheCode(int differences, int busy, int code)
    {
        await using var silo = await FakeSilo.StartAsync();
        silo.Verified.Add(new VerifyUpdate { Progress = new VerifyProgress { Stage = "log", Done = 5 } });
        silo.Verified.Add(new VerifyUpdate { Summary = new VerifySummary { Differences = differences, Busy = busy } });

        var ran = await Shell.RunAsync(silo.Address, "verify");

        Assert.Equal(code, ran.Code);
        Assert.Contains("compared.", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_OutOfReach_EndsWith3() =>
        Assert.Equal(ExitCode.Unreachable, (await Shell.OfflineAsync("verify")).Code);

    /// <summary>A store in which Ann sold one deal of 1,000, and holds a credit.</summary>
    private async Task<string> StoreAsync(long credited, string document = Plan)
    {
        var path = _shell.File("verified.db");
        await using var store = await SqliteStore.OpenAsync(new() { Path = path }, NullLogger.Instance, Ct);
        var rep = new Rep { Rep_ = "ann", Assignments = { new Assignment { Plan = "flat", From = "2026-01-01" } } };
        await store.PutAsync("main", "plan", "flat", null, Encoding.UTF8.GetBytes(document), Ct);
        await store.PutAsync("main", "rep", "ann", null, rep.ToByteArray(), Ct);
        var deal = new Deal
        {
            Deal_ = "d1", Credited = "2026-02-03", Status = DealStatus.Won, Amount = Usd(1_000),
            Owners = { new DealOwner { Rep = "ann" } },
        };
        var logged = new LoggedEvent { Tenant = "main", Request = new RecordRequest { EventId = "e1", Deal = deal } };
        await store.AppendAsync(
            3, 0, [new("main", "e1", new byte[32], logged.ToByteArray(), DateTimeOffset.UnixEpoch)], Ct);
        var position = new Position { Shard = 3, Number = 1 };
        await AppendAsync(store, "deal/main/d1", new DealState { Position = position, OtherReps = { "ann" } });
        var facts = deal.Clone();
        facts.Owners.Clear();
        facts.Amount = Usd(credited);
        await AppendAsync(store, "rep/main/ann", new CreditRecord
        {
            Revision = 1, Position = position, Deal = facts,
            Roles = { new RoleCredit() },
        });
        var cursor = """{"Applied":1,"Recrediting":{},"CreditedBy":{}}"""u8.ToArray();
        await store.WriteStateAsync("shard.cursor", "3", null, cursor, Ct);
        return path;
    }

    private static Money Usd(long units) => new() { Currency = "USD", Units = units };

    private static Task<LedgerAppendResult> AppendAsync(SqliteStore store, string account, IMessage record) =>
        store.AppendAsync(account, 0, [record.ToByteArray()], Ct);
}
