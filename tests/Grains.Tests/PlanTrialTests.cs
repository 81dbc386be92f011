using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>Plans that are tried without being published, and the versions of those that are.</summary>
public sealed class PlanTrialTests
{
    private const string Other = """
        plan: other
        currency: USD
        effective: 2026-02-01
        pays: monthly
        components:
          - component: commission
            rate: 10%
        """;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Simulate_OfRandomPlans_IsTheEvaluationWithThem(int seed)
    {
        await using var world = await CompanyLife.LivedAsync(seed);
        // Another company's plan of the same name, from another day.
        var text = new Company(seed + 500).Plans[0];
        var plan = PlanFormat.ParsePlan(text).Value!;
        foreach (var rep in world.Reps.Values)
        {
            var before = await world.EstimateOrNoneAsync(rep.Rep_, "2026-06-15");
            var request = new SimulateRep { Text = text, From = "2026-02-10", To = "2026-11-20" };

            var answer = await world.Host.History(rep.Rep_).Simulate(request, default);

            Assert.Equal(before, await world.EstimateOrNoneAsync(rep.Rep_, "2026-06-15"));
            var now = Audit.AssignmentsOf(world, rep);
            var tried = now.ConvertAll(one => one.Assignment.Plan == plan.Id ? With(one, plan) : one);
            if (tried.Any(one => HasErrors(one, plan) || IsInAnother(one, plan)))
            {
                Assert.All(answer.Refusals, one => Assert.Equal(RefusalReason.InvalidField, one.Reason));
                continue;
            }

            var change = World.Note(answer);
            Check(Evaluate(world, rep, now), change.Now);
            Check(Evaluate(world, rep, tried), change.Simulated);
            Check(change.Components.Select(one => one.Now), change.Now);
            Check(change.Components.Select(one => one.Simulated), change.Simulated);
            Assert.Equal(tried.Exists(one => one.Assignment.Plan == plan.Id), change.Notices.All(
                notice => !notice.StartsWith("not-assigned", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Simulate_InAnotherCurrency_IsRefused()
    {
        await using var world = await World.WithRepsAsync("ann");
        var text = Docs.Flat.Replace("USD", "JPY", StringComparison.Ordinal)
            .Replace("2026-01-01", "2026-02-01", StringComparison.Ordinal);
        var request = new SimulateRep { Text = text, From = "2026-01-01", To = "2026-12-31" };

        var refusal = Assert.Single((await world.Host.History("ann").Simulate(request, default)).Refusals);

        Assert.Equal((RefusalReason.InvalidField, "text.currency"), (refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task Simulate_ThenPublish_IsWhatIsEarned()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 90_000m, owners: "ann"));
        var text = Docs.Flat.Replace("rate: 5%", "rate: 6%", StringComparison.Ordinal);
        var request = new SimulateRep { Text = text, From = "2026-01-01", To = "2026-12-31" };

        var change = World.Note(await world.Host.History("ann").Simulate(request, default));
        Assert.Equal(4_500m, await world.EarnedAsync("ann", "commission"));
        await world.PublishAsync(text);

        Assert.Equal((4_500m, 5_400m), (change.Now[0].Value(), change.Simulated[0].Value()));
        Assert.Equal(5_400m, await world.EarnedAsync("ann", "commission"));
    }

    [Fact]
    public async Task Simulate_OnAPayeeOfAnotherPlan_IsAnAssignmentFromItsDayOn()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 1_000m, "2026-01-31", owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "d2", 1_000m, "2026-02-01", owners: "ann"));
        var request = new SimulateRep { Text = Other, From = "2026-01-01", To = "2026-12-31" };

        var left = World.Note(await world.Host.History("ann").Simulate(request, default));
        request.Assign = true;
        var put = World.Note(await world.Host.History("ann").Simulate(request, default));

        Assert.Equal((100m, 100m), (left.Now[0].Value(), left.Simulated[0].Value()));
        Assert.StartsWith("not-assigned", left.Notices[0], StringComparison.Ordinal);
        Assert.Equal((100m, 150m), (put.Now[0].Value(), put.Simulated[0].Value()));
        Assert.Equal(
            ["flat commission 50", "flat override 0", "other commission 100"],
            put.Components.Where(one => one.Simulated is not null)
                .Select(one => $"{one.Plan} {one.Component} {one.Simulated.Value():0}"));
    }

    [Theory]
    [InlineData("2026-02-01", "", "to")]
    [InlineData("", "2026-02-01", "from")]
    [InlineData("2026-02-01", "2026-01-31", "to")]
    [InlineData("someday", "2026-01-31", "from")]
    public async Task PrepareSimulation_OfAWrongSpan_IsRefused(string from, string to, string field)
    {
        await using var world = await World.WithRepsAsync();
        var request = new SimulatePlanRequest { Text = Docs.Flat, From = from, To = to };

        var refusal = Assert.Single((await world.Host.Plan("flat").PrepareSimulation(request)).Refusals);

        Assert.Equal((RefusalReason.InvalidField, field), (refusal.Reason, refusal.Field));
    }

    [Fact]
    public async Task PrepareSimulation_WithoutSpan_IsOfTheFiscalYear()
    {
        await using var world = await World.WithRepsAsync();
        var later = Docs.Flat.Replace("2026-01-01", "2027-03-01\nyear-starts: 7", StringComparison.Ordinal);

        var today = World.Note(await world.Host.Plan("x").PrepareSimulation(new() { Text = Docs.Flat }));
        var then = World.Note(await world.Host.Plan("x").PrepareSimulation(new() { Text = later }));
        var wrong = await world.Host.Plan("x").PrepareSimulation(new() { Text = "plan: p" });

        Assert.Equal(("2026-01-01", "2026-12-31"), (today.From, today.To));
        Assert.Equal(("2026-07-01", "2027-06-30"), (then.From, then.To));
        Assert.All(wrong.Refusals, one => Assert.Equal(RefusalReason.PlanInvalid, one.Reason));
    }

    [Fact]
    public async Task Versions_InPages_AreAllTheLatestFirst()
    {
        await using var world = World.InMemory();
        var texts = Enumerable.Range(1, 5).Select(i => Docs.Flat
            .Replace("rate: 5%", $"rate: {i}%", StringComparison.Ordinal)
            .Replace("2026-01-01", i == 4 ? "2026-07-01" : "2026-01-01", StringComparison.Ordinal)).ToList();
        foreach (var text in texts)
        {
            await world.PublishAsync(text);
        }

        var found = new List<PlanVersion>();
        var request = new ListPlanVersionsRequest { Plan = "flat", PageSize = 2 };
        do
        {
            var page = World.Note(await world.Host.Plan("flat").Versions(request));
            Assert.InRange(page.Versions.Count, 1, 2);
            found.AddRange(page.Versions);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([5L, 4, 3, 2, 1], found.Select(one => one.Version));
        Assert.Equal([false, false, true, true, true], found.Select(one => one.Superseded));
        Assert.Equal(["2026-01-01", "2026-07-01"], found.Take(2).Select(one => one.Effective));
        var diff = World.Note(await world.Host.Plan("flat").Diff(new() { Plan = "flat", From = 1, To = 4 }));
        Assert.Equal(
            ["effective 2026-01-01 2026-07-01", "components[commission].tiers[0].rate 1% 4%"],
            diff.Changes.Select(one => $"{one.Path} {one.Old} {one.New}"));
        Assert.Equal(4, await DefaultAsync(world));
    }

    [Fact]
    public async Task VersionsAndDiff_OfWhatThereIsNot_AreRefused()
    {
        await using var world = await World.WithRepsAsync();
        var (plan, none) = (world.Host.Plan("flat"), world.Host.Plan("none"));
        (Answer<DiffPlanReply> Answer, RefusalReason Reason, string Field)[] diffs =
        [
            (await none.Diff(new() { Plan = "none" }), RefusalReason.UnknownPlan, "plan"),
            (await plan.Diff(new() { Plan = "flat" }), RefusalReason.InvalidField, "from"),
            (await plan.Diff(new() { Plan = "flat", From = 1, To = 2 }), RefusalReason.UnknownPlan, "to"),
            (await plan.Diff(new() { Plan = "flat", From = 7, To = 1 }), RefusalReason.UnknownPlan, "from"),
        ];
        Assert.All(diffs, one => Assert.Equal((one.Reason, one.Field), Of(Assert.Single(one.Answer.Refusals))));
        var lists = new[]
        {
            await none.Versions(new() { Plan = "none" }), await plan.Versions(new() { Plan = "flat", PageSize = -1 }),
            await plan.Versions(new() { Plan = "flat", PageToken = "x" }),
        };
        Assert.Equal(["plan", "page_size", "page_token"], lists.Select(one => one.Refusals[0].Field));
    }

    private static (RefusalReason Reason, string Field) Of(Refusal refusal) => (refusal.Reason, refusal.Field);

    private static async Task<long> DefaultAsync(World world) =>
        World.Note(await world.Host.Plan("flat").Diff(new() { Plan = "flat" })).From;

    private static bool HasErrors(PlanAssignment assigned, Plan plan) => assigned.Assignment.Plan == plan.Id
        && PlanFormat.Check(plan, assigned.Assignment).Any(problem => problem.Severity == ProblemSeverity.Error);

    private static bool IsInAnother(PlanAssignment assigned, Plan plan) =>
        assigned.Versions.Any(version => version.Id == plan.Id && version.Currency != plan.Currency);

    private static PlanAssignment With(PlanAssignment assigned, Plan plan) => assigned with
    {
        Versions = [.. assigned.Versions.Where(version => version.Effective != plan.Effective).Append(plan)
            .OrderBy(version => version.Effective)],
    };

    private static void Check(Evaluation expected, IEnumerable<Money> found)
    {
        var (from, to) = (new DateOnly(2026, 2, 10), new DateOnly(2026, 11, 20));
        var wanted = expected.Deals
            .Where(deal => deal.Currency is not null && deal.Credited >= from && deal.Credited <= to)
            .GroupBy(deal => deal.Currency!.Code, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Sum(deal => deal.Total), StringComparer.Ordinal);
        Assert.All(found, money => Assert.Equal(wanted.GetValueOrDefault(money.Currency), money.Value()));
        Assert.Empty(wanted.Where(sum => sum.Value != 0m).Select(sum => sum.Key)
            .Except(found.Select(money => money.Currency), StringComparer.Ordinal));
    }

    private static void Check(IEnumerable<Money?> parts, IEnumerable<Money> sums) => Assert.All(sums, sum =>
        Assert.Equal(
            parts.OfType<Money>().Where(part => part.Currency == sum.Currency).Sum(part => part.Value()), sum.Value()));

    private static Evaluation Evaluate(World world, Contracts.V1.Rep rep, List<PlanAssignment> assignments) =>
        Evaluator.Evaluate(
            assignments,
            Audit.Credit(world).SelectMany(deal => deal.Reps
                .Where(one => one.Rep == rep.Rep_).Select(one => new DealCredit(deal.Deal, one.Roles))),
            world.Rates,
            new DateOnly(2027, 6, 30));
}
