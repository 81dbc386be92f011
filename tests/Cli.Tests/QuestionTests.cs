using Commission.Client.Text;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Commission.Cli.Tests;

/// <summary>Commands about deals, many payees, forecasts, goals and versions of plans.</summary>
public sealed class QuestionTests : IAsyncLifetime, IDisposable
{
    private static readonly Timestamp Noon =
        Timestamp.FromDateTime(new DateTime(2026, 2, 12, 12, 0, 0, DateTimeKind.Utc));

    private readonly Shell _shell = new();
    private FakeSilo _silo = null!;

    public async ValueTask InitializeAsync() => _silo = await FakeSilo.StartAsync();

    public async ValueTask DisposeAsync() => await _silo.DisposeAsync();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task DealShow_Known_SaysWhoIsCreditedAndWhy()
    {
        _silo.Others[typeof(DealView)] = View("e1");

        var ran = await Run("deal", "show", "d1", "--as-of", "#3");
        var json = await Run("deal", "show", "d1", "--json");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("Deal d1 of 1,000.00 USD on 2026-02-03, WON; event e1, 1:7", ran.Out, StringComparison.Ordinal);
        Assert.Matches("kary +rollup +50.0 % +territory north; exception", ran.Out);
        Assert.Equal(new Moment { Sequence = 3 }, ((GetDealRequest)_silo.Requests[0]).AsOf);
        Assert.Equal(View("e1"), JsonParser.Default.Parse<DealView>(json.Out));
    }

    [Fact]
    public async Task DealHistory_Known_SaysWhatEachChanged()
    {
        var role = new PayeeRole { Role = "owner", Share = "1" };
        _silo.Others[typeof(DealHistory)] = new DealHistory
        {
            Revisions =
            {
                new DealRevision { State = View("e1"), Changes = { new CreditChange { Rep = "ann", After = role } } },
                new DealRevision
                {
                    State = View("e1"), CreditedAnew = true,
                    Changes = { new CreditChange { Rep = "ann", Before = role } },
                },
            },
        };

        var ran = await Run("deal", "history", "d1");

        Assert.Matches("3 +e1 +1:7 .*WON +2026-02-03 +1,000.00 USD +\\+ann owner 100.0 %", ran.Out);
        Assert.Matches("credited anew .* -ann owner 100.0 %", ran.Out);
    }

    [Fact]
    public async Task Estimates_OfSome_HaveALineForEach()
    {
        var refused = new Refused { Violations = { new Violation { Message = "No payee has the id 'x'." } } };
        var estimate = new Estimate
        {
            Plan = "p", Statement = new Period { Name = "2026-02" }, Earned = Usd(5m), YearToDate = Usd(9m),
        };
        _silo.Others[typeof(BatchGetEstimatesReply)] = new BatchGetEstimatesReply
        {
            Outcomes =
            {
                new EstimateOutcome { Rep = "ann", Estimate = estimate },
                new EstimateOutcome { Rep = "x", Refused = refused },
            },
        };

        var ran = await Run("estimates", "ann", "x", "--on", "2026-02-03");

        Assert.Matches("ann +p +2026-02 +5.00 USD +9.00 USD", ran.Out);
        Assert.Matches("x +No payee has the id 'x'.", ran.Out);
        Assert.Equal(["ann", "x"], Assert.IsType<BatchGetEstimatesRequest>(_silo.Requests[0]).Reps);
    }

    [Fact]
    public async Task Preview_OfARecordedDealForEveryone_ListsThem()
    {
        _silo.Preview = new Preview
        {
            Rep = "ann", Plan = "p", Credited = "2026-02-03", Earned = Usd(5m), Change = Usd(5m),
            Everyone =
            {
                new PayeePreview { Rep = "top", Preview = new Preview { Earned = Usd(1m), Change = Usd(2m) } },
            },
        };

        var ran = await Run("preview", "ann", "--deal", "d1", "--recorded", "--everyone");
        var wrong = await Run("preview", "ann", "--deal", "d1");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Matches("top +1.00 USD +\\+2.00 USD", ran.Out);
        var asked = Assert.IsType<PreviewDealRequest>(Assert.Single(_silo.Requests));
        Assert.Equal((true, true, null), (asked.FromRecord, asked.Everyone, asked.Deal.Amount));
        Assert.Equal((2, "Option '--amount' is required."), (wrong.Code, wrong.Error.Trim()));
    }

    [Fact]
    public async Task Previews_InAnOrder_SaysWhatEachPays()
    {
        var deal = new OrderedPreview
        {
            Deal = "a", Credited = "2026-02-03", Plan = "p", Earned = Usd(5m),
            Least = new OrderExtreme { Earned = Usd(4m) }, Most = new OrderExtreme { Earned = Usd(6m) },
        };
        _silo.Others[typeof(PreviewDealsReply)] = new PreviewDealsReply
        {
            Deals = { deal }, Totals = { new OrderedTotal { Plan = "p", Earned = Usd(5m) } },
        };

        var ran = await Run("previews", "ann", "a=100", "b=1=200.5", "--all-orders");
        var wrong = await Run("previews", "ann", "a:100");

        Assert.Matches("a +2026-02-03 +p +5.00 USD +4.00 USD +6.00 USD", ran.Out);
        Assert.Contains("Together 5.00 USD on plan p", ran.Out, StringComparison.Ordinal);
        var asked = Assert.IsType<PreviewDealsRequest>(Assert.Single(_silo.Requests));
        Assert.Equal(["a", "b=1"], asked.Deals.Select(one => one.Deal_));
        Assert.Equal((2, true), (wrong.Code, wrong.Error.Contains("ID=AMOUNT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pipeline_OfAPayee_ShowsTheDistribution()
    {
        var figures = new PipelineFigures
        {
            Now = Usd(1m), AllClose = Usd(9m), Weighted = Usd(4m), Mean = "4.5",
            P10 = new Percentile { Value = Usd(1m) }, P50 = new Percentile { Value = Usd(4m) },
            P90 = new Percentile { Value = Usd(8m) },
        };
        var span = new PipelineSpan
        {
            Kind = "statement", Period = new Period { Name = "2026-02" }, Deals = 3, Earned = figures, Paid = figures,
        };
        _silo.Others[typeof(ForecastReply)] = new ForecastReply
        {
            Rep = "ann", Plan = "p", On = "2026-02-03", OpenDeals = 3, PayAtQuota = Usd(100m), Pipeline = { span },
            Notices = { "sampled: so" }, AsOf = new AsOf { Sequence = 4 },
        };

        var ran = await Run("pipeline", "ann", "--unknown", "30%");

        Assert.Contains("Pay at 100 % of quota: 100.00 USD", ran.Out, StringComparison.Ordinal);
        Assert.Matches("statement 2026-02 +earned +3 +1.00 +9.00 +4.00 +4.5 +1.00 +4.00 +8.00", ran.Out);
        Assert.Contains("Note: sampled: so", ran.Out, StringComparison.Ordinal);
        Assert.Equal("30%", Assert.IsType<ForecastRequest>(_silo.Requests[0]).UnknownProbability);
    }

    [Fact]
    public async Task Goal_OfAPayee_SaysWhatItTakes()
    {
        var component = new ComponentGoal
        {
            Component = "c", Title = "Commission", Measure = "amount", Outcome = GoalOutcome.Unreachable,
            Why = GoalObstacle.Capped, More = "2000", Earned = Usd(90m),
        };
        _silo.Others[typeof(SeekGoalReply)] = new SeekGoalReply
        {
            Rep = "ann", Plan = "p", On = "2026-02-03", Goal = Usd(100m), Components = { component },
            OpenDeals = new OpenDealsGoal { Outcome = GoalOutcome.Needs, Deals = { "a", "b" }, Earned = Usd(120m) },
        };

        var ran = await Run("goal", "ann", "100", "--statement");

        Assert.Matches("Commission +out of reach \\(Capped\\) +2,000 +amount +90.00 USD", ran.Out);
        Assert.Contains(
            "Open deals: needs, 120.00 USD with a, b (perhaps fewer do)", ran.Out, StringComparison.Ordinal);
        Assert.Equal(GoalScope.Statement, Assert.IsType<SeekGoalRequest>(_silo.Requests[0]).Scope);
    }

    [Fact]
    public async Task PlanVersionsAndDiff_OfAPlan_AreTables()
    {
        _silo.Others[typeof(ListPlanVersionsReply)] = new ListPlanVersionsReply
        {
            Versions =
            {
                new PlanVersion { Version = 2, Effective = "2026-01-01", Published = Noon, Superseded = true },
            },
        };
        _silo.Others[typeof(DiffPlanReply)] = new DiffPlanReply
        {
            Plan = "p", From = 1, To = 2, Changes = { new PlanFieldChange { Path = "cap", New = "5000" } },
        };

        var versions = await Run("plan", "versions", "p");
        var diff = await Run("plan", "diff", "p", "--from", "1");
        _silo.Others[typeof(DiffPlanReply)] = new DiffPlanReply { Plan = "p", From = 1, To = 2 };
        var same = await Run("plan", "diff", "p");

        Assert.Matches("2 +2026-01-01 +2026-02-12 12:00:00 +superseded", versions.Out);
        Assert.Matches("cap +5000", diff.Out);
        Assert.Equal("Versions 1 and 2 of p say the same.", same.Out.Trim());
    }

    [Fact]
    public async Task PlanSimulate_OfAFile_PrintsEachPayeeAndTheCost()
    {
        var file = _shell.Write("plan.yaml", "plan: p");
        var change = new SimulatedChange { Now = { Usd(5m) }, Simulated = { Usd(7m) } };
        var refused = new Refused { Violations = { new Violation { Message = "No payee." } } };
        _silo.Simulated.Add(new() { Payee = new SimulatedPayee { Rep = "ann", Change = change } });
        _silo.Simulated.Add(new() { Payee = new SimulatedPayee { Rep = "x", Refused = refused } });
        _silo.Simulated.Add(new() { Progress = new SimulationProgress { Done = 2, Total = 2 } });
        var summary = new SimulationSummary { Payees = 2, Better = 1, Refused = 1, Cost = { Usd(2m) } };
        (summary.From, summary.To) = ("2026-01-01", "2026-12-31");
        summary.Now.Add(Usd(5m));
        summary.Simulated.Add(Usd(7m));
        _silo.Simulated.Add(new() { Summary = summary });

        var ran = await Run("plan", "simulate", file, "--rep", "ann", "--rep", "x");

        Assert.Equal((1, ""), (ran.Code, ran.Error));
        Assert.StartsWith("ann: 5.00 USD to 7.00 USD\nx: No payee.\n2 payees, ", ran.Out, StringComparison.Ordinal);
        Assert.Matches("5.00 USD +7.00 USD +\\+2.00 USD", ran.Out);
        var asked = Assert.IsType<SimulatePlanRequest>(Assert.Single(_silo.Requests));
        Assert.Equal(("plan: p", 2), (asked.Text, asked.Reps.Count));
    }

    private static DealView View(string eventId) => new()
    {
        Deal = new Deal { Deal_ = "d1", Credited = "2026-02-03", Status = DealStatus.Won, Amount = Usd(1000m) },
        EventId = eventId,
        Position = new Position { Shard = 1, Number = 7 },
        Recorded = Noon,
        Territories = { "north" },
        Credits = { new CreditedPayee { Rep = "kary", Roles = { Rollup() } } },
        AsOf = new AsOf { Sequence = 3 },
    };

    private static PayeeRole Rollup() => new()
    {
        Role = "rollup",
        Share = "0.5",
        Ways =
        {
            new CreditWay { Rule = "territory", By = "north", Share = "0.5" },
            new CreditWay { Rule = "exception", Share = "0.5" },
        },
    };

    private static Money Usd(decimal amount) => Decimals.ToMoney(amount, "USD")!;

    private Task<Ran> Run(params string[] args) => Shell.RunAsync(_silo.Address, args);
}
