using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Tests.Harness;
using DealStatus = Commission.Contracts.V1.DealStatus;
using GoalScope = Commission.Contracts.V1.GoalScope;
using OpenDeal = Commission.Engine.DealCredit;

namespace Commission.Grains.Tests;

/// <summary>What open deals may bring, what goals take, and what deals pay in an order, against evaluations from
/// nothing.</summary>
public sealed class ForecastTests
{
    private static readonly DateOnly On = new(2026, 6, 15);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Forecast_OfRandomCompanies_IsTheEvaluationWithOpenDealsWon(int seed)
    {
        await using var world = await CompanyLife.LivedAsync(seed);
        await world.RestartAsync();
        foreach (var rep in world.Reps.Values)
        {
            var request = new ForecastRequest { Rep = rep.Rep_, On = On.ToText() };
            var answer = await world.Host.History(rep.Rep_).Forecast(request, default);
            Assert.Equal((await world.EstimateOrNoneAsync(rep.Rep_, On.ToText())) is not null, answer.IsValue);
            if (answer.Value is not { } forecast)
            {
                Assert.Equal(RefusalReason.NoAssignment, Assert.Single(answer.Refusals).Reason);
                continue;
            }

            var (now, all) = (Evaluate(world, rep, []), Evaluate(world, rep, OpenOf(world, rep)));
            Assert.Equal(OpenOf(world, rep).Count, forecast.OpenDeals);
            CheckStatement(forecast, Audit.AssignmentsOf(world, rep), now, all);
            foreach (var figures in forecast.Pipeline.Select(span => span.Earned))
            {
                Assert.True(figures.Least.Value() <= figures.P10.Value.Value(), figures.ToString());
                Assert.True(figures.P10.Value.Value() <= figures.P50.Value.Value(), figures.ToString());
                Assert.True(figures.P50.Value.Value() <= figures.P90.Value.Value(), figures.ToString());
                Assert.True(figures.P90.Value.Value() <= figures.Most.Value(), figures.ToString());
                Assert.True(!figures.Exact || figures.Least.Value() <= figures.AllClose.Value(), figures.ToString());
            }
        }
    }

    [Fact]
    public async Task Forecast_OfOneDealAtAChance_IsTheDistributionByHand()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 90_000m, owners: "ann"));
        await world.CreditAsync(Open("e2", "o1", 20_000m, "2026-03-10", "20%"));

        var forecast = World.Note(await world.Host.History("ann").Forecast(new() { Rep = "ann" }, default));

        Assert.Equal((1, 5_000m), (forecast.OpenDeals, forecast.PayAtQuota.Value()));
        Assert.Equal(
            ["statement 2026-02", "quarter 2026-Q1", "year 2026"],
            forecast.Pipeline.Select(span => $"{span.Kind} {span.Period.Name}"));
        var year = forecast.Pipeline[2];
        Assert.Equal((1, 0), (year.Deals, year.UnknownProbabilities));
        Assert.Equal((4_500m, 6_000m), (year.Earned.Now.Value(), year.Earned.AllClose.Value()));
        // 94,000 is below the quota; in the mean one case of five has 500 at 5 % and 1,000 at 10 %.
        Assert.Equal((4_700m, "4800"), (year.Earned.Weighted.Value(), year.Earned.Mean));
        Assert.Equal(
            [4_500m, 4_500m, 6_000m],
            new[] { year.Earned.P10, year.Earned.P50, year.Earned.P90 }.Select(one => one.Value.Value()));
        Assert.True(year.Earned.Exact);
        Assert.Equal("0.05", forecast.Components[0].NextUnitPays);
    }

    [Fact]
    public async Task Forecast_AsOfBeforeTheDealWasOpen_DoesNotHaveIt()
    {
        await using var world = await World.WithRepsAsync("ann");
        var first = await world.CreditAsync(Open("e1", "o1", 20_000m, "2026-03-10", ""));
        await world.CreditAsync(Open("e2", "o2", 20_000m, "2026-03-10", ""));
        var request = new ForecastRequest { Rep = "ann", UnknownProbability = "100%" };

        var now = World.Note(await world.Host.History("ann").Forecast(request, default));
        request.AsOf = new Moment { Position = first.Position };
        var then = World.Note(await world.Host.History("ann").Forecast(request, default));

        Assert.Equal((2, 1), (now.OpenDeals, then.OpenDeals));
        Assert.Equal((2_000m, 1_000m), (Mean(now), Mean(then)));
        Assert.Equal(["no-probability: 1 open deals state none."], then.Notices);
        static decimal Mean(ForecastReply reply) => decimal.Parse(
            reply.Pipeline[^1].Earned.Mean, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task SeekGoal_OfRandomCompanies_IsReachedByExactlyThoseDeals(int seed)
    {
        await using var world = await CompanyLife.LivedAsync(seed);
        foreach (var rep in world.Reps.Values)
        {
            var estimate = await world.EstimateOrNoneAsync(rep.Rep_, On.ToText());
            if (estimate is null)
            {
                continue;
            }

            var open = OpenOf(world, rep);
            var goal = estimate.Earned.Value() + 50m;
            var request = new SeekGoalRequest
            {
                Rep = rep.Rep_, Amount = goal.ToText(), On = On.ToText(), Scope = GoalScope.Statement,
            };
            var found = World.Note(await world.Host.History(rep.Rep_).SeekGoal(request, default)).OpenDeals;
            var closed = open.Where(credit => found.Deals.Contains(credit.Deal.Id)).ToList();
            Assert.Equal(found.Deals.Count, closed.Count);
            Assert.Equal(EarnedWith(world, rep, estimate, closed), found.Earned.Value());
            Assert.Equal(found.Outcome == GoalOutcome.Needs, found.Earned.Value() >= goal);
            // No smaller set does: without any one of them it is not reached.
            Assert.All(closed.Where(_ => found.Outcome == GoalOutcome.Needs && found.Exact && closed.Count == 1), _ =>
                Assert.True(EarnedWith(world, rep, estimate, []) < goal));
        }
    }

    [Fact]
    public async Task SeekGoal_ByHand_SaysHowMuchOfWhat()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 90_000m, owners: "ann"));
        await world.CreditAsync(Open("e2", "o1", 20_000m, "2026-03-10", "20%"));
        await world.CreditAsync(Open("e3", "o2", 5_000m, "2026-03-10", "20%"));
        var history = world.Host.History("ann");

        var near = World.Note(await history.SeekGoal(new() { Rep = "ann", Amount = "5000" }, default));
        var far = World.Note(await history.SeekGoal(new() { Rep = "ann", Amount = "5900" }, default));
        var beyond = World.Note(await history.SeekGoal(
            new() { Rep = "ann", Amount = "9000", Component = "commission", Step = "1000" }, default));

        // 4,999.995 is rounded up.
        Assert.Equal(("9999.9", "amount"), (near.Components[0].More, near.Components[0].Measure));
        Assert.Equal(["o1"], near.OpenDeals.Deals);
        Assert.Equal((GoalOutcome.Needs, 6_000m), (far.OpenDeals.Outcome, far.OpenDeals.Earned.Value()));
        Assert.Equal((GoalOutcome.Unreachable, 6_500m), (beyond.OpenDeals.Outcome, beyond.OpenDeals.All.Value()));
        Assert.Equal("50000", Assert.Single(beyond.Components).More);
    }

    [Theory]
    [InlineData("", "", "", "amount")]
    [InlineData("lots", "", "", "amount")]
    [InlineData("1", "0", "", "step")]
    [InlineData("1", "", "comission", "component")]
    public async Task SeekGoal_OfWhatCannotBeSought_IsRefused(
        string amount, string step, string component, string field)
    {
        await using var world = await World.WithRepsAsync("ann");
        var request = new SeekGoalRequest { Rep = "ann", Amount = amount, Step = step, Component = component };

        var refusal = (await world.Host.History("ann").SeekGoal(request, default)).Refusals[0];

        Assert.Equal((RefusalReason.InvalidField, field), (refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task PreviewDeals_OverATier_PaysByTheOrder()
    {
        await using var world = await World.WithRepsAsync("ann");
        var request = new PreviewDealsRequest { Rep = "ann", AllOrders = true };
        request.Deals.Add(new Contracts.V1.Deal { Deal_ = "a", Amount = Docs.Usd(90_000m) });
        request.Deals.Add(new Contracts.V1.Deal { Amount = Docs.Usd(20_000m) });

        var reply = World.Note(await world.Host.History("ann").PreviewDeals(request, default));

        Assert.Equal(["a", "~preview-2"], reply.Deals.Select(deal => deal.Deal));
        Assert.Equal([4_500m, 1_500m], reply.Deals.Select(deal => deal.Earned.Value()));
        Assert.Equal([4_500m, 1_000m], reply.Deals.Select(deal => deal.Least.Earned.Value()));
        Assert.Equal([5_000m, 1_500m], reply.Deals.Select(deal => deal.Most.Earned.Value()));
        Assert.Equal(["a"], reply.Deals[1].Most.After);
        Assert.Equal((6_000m, 6_000m), (reply.Totals[0].Earned.Value(), Assert.Single(reply.Totals).Least.Value()));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task PreviewDeals_OfOneDealBehindAllOthers_IsItsPreview(int seed)
    {
        await using var world = await CompanyLife.LivedAsync(seed);
        var company = new Company(seed);
        foreach (var rep in company.Reps)
        {
            // Behind all else of its windows: nothing is credited after 27 December.
            var deal = company.Deal("~~last");
            (deal.Credited, deal.Status) = ("2026-12-31", DealStatus.Open);
            deal.Owners.Clear();

            var alone = World.Note(await world.Host.Rep(rep).Preview(deal));
            var inOrder = World.Note(await world.Host.History(rep).PreviewDeals(
                new() { Rep = rep, Deals = { deal } }, default));

            var first = Assert.Single(inOrder.Deals);
            Assert.Equal(alone.Plan, first.Plan);
            Assert.Equal(alone.Earned, first.Earned);
        }
    }

    [Fact]
    public async Task PreviewDeals_ThatAreWrong_NamesEachField()
    {
        await using var world = await World.WithRepsAsync("ann");
        var request = new PreviewDealsRequest { Rep = "ann" };
        request.Deals.Add(new Contracts.V1.Deal { Deal_ = "a", Quantity = "x" });
        request.Deals.Add(new Contracts.V1.Deal { Deal_ = "a" });
        var history = world.Host.History("ann");

        Assert.Equal(
            ["deals[0].quantity", "deals[1].deal"],
            (await history.PreviewDeals(request, default)).Refusals.Select(refusal => refusal.Field));
        request.Deals.Clear();
        Assert.Equal("deals", Assert.Single((await history.PreviewDeals(request, default)).Refusals).Field);
    }

    private static decimal EarnedWith(
        World world, Contracts.V1.Rep rep, Contracts.V1.Estimate estimate, List<OpenDeal> closed)
    {
        var place = Audit.AssignmentsOf(world, rep)
            .FindIndex(one => one.Covers(On) && one.Versions[0].Effective <= On);
        return Evaluate(world, rep, closed).Statements
            .Where(one => one.Assignment == place && one.Statement.Period == estimate.Statement.Name)
            .Sum(one => one.Statement.Earned);
    }

    /// <summary>The statements of the assignments to each plan, which are in one currency.</summary>
    private static void CheckStatement(
        ForecastReply forecast, List<PlanAssignment> assignments, Evaluation now, Evaluation all)
    {
        foreach (var spans in forecast.Pipeline.Where(span => span.Kind == "statement").GroupBy(span => span.Plan))
        {
            if (spans.Any(span => span.Paid is null))
            {
                // Another assignment's statements are of other periods.
                continue;
            }

            var period = spans.First().Period;
            Assert.Equal(Of(now).Sum(one => one.Earned), spans.Sum(span => span.Earned.Now.Value()));
            Assert.Equal(Of(all).Sum(one => one.Earned), spans.Sum(span => span.Earned.AllClose.Value()));
            Assert.Equal(Of(all).Sum(one => one.Paid), spans.Sum(span => span.Paid.AllClose.Value()));

            IEnumerable<Statement> Of(Evaluation evaluation) => evaluation.Statements
                .Where(one => assignments[one.Assignment].Assignment.Plan == spans.Key
                    && one.Statement.Period == period.Name && one.Statement.Start.ToText() == period.Start)
                .Select(one => one.Statement);
        }
    }

    private static RecordRequest Open(string id, string deal, decimal amount, string on, string probability)
    {
        var request = Docs.Event(id, deal, amount, on, owners: "ann");
        (request.Deal.Status, request.Deal.Probability) = (DealStatus.Open, probability);
        return request;
    }

    private static List<OpenDeal> OpenOf(World world, Contracts.V1.Rep rep) =>
    [
        .. Audit.Credit(world).Where(deal => deal.Deal.Status == Engine.DealStatus.Open)
            .SelectMany(deal => deal.Reps.Where(one => one.Rep == rep.Rep_)
                .Select(one => new OpenDeal(deal.Deal, one.Roles))),
    ];

    private static Evaluation Evaluate(World world, Contracts.V1.Rep rep, IEnumerable<OpenDeal> closed)
    {
        var credits = Audit.Credit(world).SelectMany(deal => deal.Reps
            .Where(one => one.Rep == rep.Rep_).Select(one => new OpenDeal(deal.Deal, one.Roles)));
        var won = closed.Select(credit => credit with
        {
            Deal = credit.Deal with
            {
                Status = Engine.DealStatus.Won,
                Credited = credit.Deal.Credited < On ? On : credit.Deal.Credited,
            },
        }).ToImmutableDictionary(credit => credit.Deal.Id, StringComparer.Ordinal);
        return Evaluator.Evaluate(
            Audit.AssignmentsOf(world, rep),
            credits.Select(credit => won.GetValueOrDefault(credit.Deal.Id, credit)),
            world.Rates, new DateOnly(2027, 6, 30));
    }
}
