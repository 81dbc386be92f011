using Commission.Client.Text;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc;

namespace Commission.Cli.Tests;

public sealed class ServerTests : IAsyncLifetime, IDisposable
{
    private const string MapText = """
        source: t
        deal: id
        credited: date
        status: { constant: won }
        currency: { constant: USD }
        amount: amount
        owners: [ { rep: rep } ]
        """;

    private readonly Shell _shell = new();
    private FakeSilo _silo = null!;

    public async ValueTask InitializeAsync() => _silo = await FakeSilo.StartAsync();

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Estimate_Known_SaysWhatAPayeeWantsToKnow()
    {
        _silo.Estimate = Example();

        var ran = await Run("estimate", "rep-282", "--on", "2020-05-31");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal("2020-05-31", Assert.IsType<GetEstimateRequest>(Assert.Single(_silo.Requests)).On);
        Assert.Contains("Linda Mitchell (rep-282) on plan reseller-15", ran.Out, StringComparison.Ordinal);
        Assert.Contains("12,345.60 USD", ran.Out, StringComparison.Ordinal);
        Assert.Contains("92.9 %", ran.Out, StringComparison.Ordinal);
        Assert.Contains("80,348.9 more reach 1,124,000, then 0.0225 a unit", ran.Out, StringComparison.Ordinal);
        Assert.Contains("Note: no-quota: example", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Estimate_Json_IsTheApisAnswer()
    {
        _silo.Estimate = Example();

        var ran = await Run("estimate", "rep-282", "--json");

        Assert.Equal(Example(), Google.Protobuf.JsonParser.Default.Parse<Estimate>(ran.Out));
    }

    [Fact]
    public async Task Estimate_UnknownRep_SaysWhatTheServerSays()
    {
        _silo.Refuses = rep => new RpcError(RpcStatus.NotFound, $"There is no rep '{rep}'.");

        var ran = await Run("estimate", "nobody");

        Assert.Equal((4, "There is no rep 'nobody'. (NOT_FOUND)\n"), (ran.Code, ran.Error));
    }

    [Fact]
    public async Task Preview_Deal_IsExplainedTierByTier()
    {
        _silo.Preview = new Preview
        {
            Rep = "rep-282",
            Plan = "reseller-15",
            Earned = Dollars(975m),
            Change = Dollars(975m),
            Components =
            {
                new ComponentPreview
                {
                    Component = "commission", Title = "Commission on orders", Window = new Period { Name = "2020-Q4" },
                    Earned = Dollars(975m), Credited = "50000",
                    Before = { new TraceLine { Kind = "tier", Text = "tier 1: 980000 × 1.5 %", Pay = "14700" } },
                    After =
                    {
                        new TraceLine { Kind = "tier", Text = "tier 1: 1000000 × 1.5 %", Pay = "15000" },
                        new TraceLine { Kind = "tier", Text = "tier 2: 30000 × 2.25 %", Pay = "675" },
                    },
                },
                new ComponentPreview { Component = "untouched", Credited = "0", Earned = Dollars(0) },
            },
        };

        var ran = await Run(
            "preview", "rep-282", "--amount", "50000", "--date", "2020-05-30", "--margin", "1000.5", "--quantity", "3",
            "--field", "territory=canada", "--field", "note=a=b");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var deal = Assert.IsType<PreviewDealRequest>(Assert.Single(_silo.Requests)).Deal;
        Assert.Equal((50000m, 1000.5m), (Decimals.FromMoney(deal.Amount), Decimals.FromMoney(deal.Margin)));
        Assert.Equal(("2020-05-30", "3", "canada", "a=b"),
            (deal.Credited, deal.Quantity, deal.Fields["territory"], deal.Fields["note"]));
        Assert.Contains("pays rep-282 975.00 USD on plan reseller-15", ran.Out, StringComparison.Ordinal);
        Assert.Contains("+975.00 USD; counts 50,000", ran.Out, StringComparison.Ordinal);
        Assert.Matches("after +tier 1: 1000000 × 1.5 % +15,000", ran.Out);
        Assert.Matches("tier 2: 30000 × 2.25 % +675", ran.Out);
        Assert.DoesNotContain("untouched", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_Redirected_PrintsALineForEachChange()
    {
        _silo.Estimate = Example();

        var ran = await Run("watch", "rep-282", "--count", "2");

        var lines = ran.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("change 1: rep-282 2020-05: earned 12,345.60 USD", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("change 4 (with 2 before it): ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_Sample_PutsAllInOrderAndIsRepeatable()
    {
        var folder = Path.Combine(Shell.Repository, "samples", "adventureworks");

        var ran = await Run("apply", folder);
        var again = await Run("apply", folder);

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Equal(
            [nameof(PublishPlanRequest), nameof(Rep), nameof(Territory)],
            _silo.Requests.Take(38).Select(request => request.GetType().Name).Distinct());
        Assert.Contains("reps: 17 (0 of them unchanged, 0 refused)", ran.Out, StringComparison.Ordinal);
        Assert.Contains("territories: 13 (13 of them unchanged, 0 refused)", again.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_PayeesStillRecomputed_WaitsForThemUnlessToldNotTo()
    {
        var folder = Path.Combine(Shell.Repository, "samples", "plans", "hunter");
        _silo.RolloutSteps = 3;

        var hasty = await Run("apply", folder, "--no-wait");
        var askedByHasty = _silo.Requests.OfType<GetRolloutRequest>().Count();
        var patient = await Run("apply", folder);

        Assert.Equal((0, 0, 0), (hasty.Code, patient.Code, askedByHasty));
        var asked = _silo.Requests.OfType<GetRolloutRequest>().ToList();
        Assert.Equal(3, asked.Count);
        Assert.All(asked, request => Assert.Equal(("any", 1L), (request.Plan, request.Version)));
    }

    [Fact]
    public async Task Apply_PlanRefused_SaysWhichAndStopsBeforePayees()
    {
        _silo.Refuses = name => name.Contains("reseller-16", StringComparison.Ordinal)
            ? RpcError.Invalid("The plan is invalid.", ("components[0].tiers[1].rate", "line 15: too high"))
            : null;

        var ran = await Run("apply", Path.Combine(Shell.Repository, "samples", "adventureworks"));

        Assert.Equal(1, ran.Code);
        var head = "reseller-16.yaml: The plan is invalid. (INVALID_ARGUMENT)";
        Assert.Contains(head, ran.Error, StringComparison.Ordinal);
        Assert.Contains("components[0].tiers[1].rate: line 15: too high", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_silo.Requests, request => request is Rep);
    }

    [Fact]
    public async Task Import_GoodAndBadRows_KeepsGoodReportsBad()
    {
        _silo.Refuses = rep => rep == "nobody" ? new RpcError(RpcStatus.NotFound, "no") : null;
        var file = _shell.Write("deals.csv", "id,date,rep,amount\nA,2026-01-02,kary,10\nB,2026-02-31,kary,10\n"
            + "C,2026-01-02,nobody,10\nD,2026-01-02,lee,\"1,5\"\nE,2026-01-02,lee,20\n");
        var (map, report) = (_shell.Write("map.yaml", MapText), _shell.File("report.csv"));

        var ran = await Run("import", file, "--map", map, "--report", report);
        var again = await Run("import", file, "--map", map);

        Assert.Equal((1, 1), (ran.Code, again.Code));
        Assert.Matches(@"Recorded +2\n *Known already +0\n *Refused +3", Trim(ran.Out));
        Assert.Matches(@"Recorded +0\n *Known already +2\n *Refused +3", Trim(again.Out));
        Assert.Equal(
            """
            line,deal,field,reason
            3,B,deal.credited,'2026-02-31' is not a date written as yyyy-MM-dd.
            4,C,deal.owners[0].rep,There is no such rep. (UNKNOWN_REP)
            5,D,deal.amount,"'1,5' is not a number of at most 28 digits."

            """,
            await File.ReadAllTextAsync(report));
        Assert.Contains($"{file}:4: C deal.owners[0].rep: There is no such rep.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WholeSample_RecordsEveryOrder()
    {
        var folder = Path.Combine(Shell.Repository, "samples", "adventureworks");

        var ran = await Run("import", Path.Combine(folder, "orders.csv"), "--map", Path.Combine(folder, "mapping.yaml"),
            "--state", _shell.File("state.json"));

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var deals = _silo.Requests.OfType<RecordRequest>().ToList();
        Assert.Equal(3616, deals.Select(request => request.EventId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(77_548_570.20m, deals.Sum(request => Decimals.FromMoney(request.Deal.Amount)));
    }

    [Fact]
    public async Task Import_WrongMapping_SaysWhereAndSendsNothing()
    {
        var wrong = MapText.Replace("amount: amount", "amonut: amount", StringComparison.Ordinal);
        var map = _shell.Write("map.yaml", wrong);

        var ran = await Run("import", _shell.Write("deals.csv", ""), "--map", map);

        Assert.Equal(1, ran.Code);
        var problem = $"{map}:6:1: There is no field 'amonut' here. Did you mean 'amount'?";
        Assert.Contains(problem, ran.Error, StringComparison.Ordinal);
        Assert.Empty(_silo.Requests);
    }

    [Fact]
    public async Task Import_NoFile_Exits2()
    {
        var ran = await Run("import", _shell.File("none.csv"), "--map", _shell.Write("map.yaml", MapText));

        Assert.Equal(2, ran.Code);
        Assert.Contains("none.csv", ran.Error, StringComparison.Ordinal);
    }

    private Task<Ran> Run(params string[] args) => Shell.RunAsync(_silo.Address, args);

    private static string Trim(string table) =>
        string.Join('\n', table.Split('\n').Select(line => line.Trim()));

    private static Money Dollars(decimal amount) => Decimals.ToMoney(amount, "USD")!;

    private static Estimate Example() => new()
    {
        Rep = "rep-282",
        Name = "Linda Mitchell",
        Plan = "reseller-15",
        PlanEffective = "2017-07-01",
        On = "2020-05-31",
        Statement = new Period { Name = "2020-05", Start = "2020-05-01", End = "2020-05-31" },
        Earned = Dollars(12345.60m),
        Paid = Dollars(12345.60m),
        QuarterToDate = Dollars(15654.77m),
        YearToDate = Dollars(60000m),
        Components =
        {
            new ComponentEstimate
            {
                Component = "commission", Title = "Commission on orders",
                Window = new Period { Name = "2020-Q4", Start = "2020-04-01", End = "2020-06-30" },
                Credited = "1043651.1", Quota = "1124000", Attainment = "0.928515",
                Earned = Dollars(15654.77m), EarnedInStatement = Dollars(12345.60m),
                Next = new NextTier { At = "1124000", Distance = "80348.9", Jump = "0", UnitPays = "0.0225" },
            },
        },
        Notices = { "no-quota: example" },
    };
}
