using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Silo.Tests;

/// <summary>Plans that are tried on a live company, and the versions of plans, over gRPC and JSON.</summary>
public sealed class SimulationTests
{
    private const string Plan = "reseller-15";

    [Fact]
    public async Task Simulate_OfAChange_IsWhatPublishingItCosts()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        await SampleCompany.ImportAsync(silo, "orders-2020-06.csv");
        var reps = (await silo.Api.RepsAsync()).Reps.Where(rep => rep.Assignments.Any(on => on.Plan == Plan)).ToList();
        var text = (await GetAsync(silo)).Text.Replace("rate: 1.5%", "rate: 2%", StringComparison.Ordinal);
        var before = await EarnedAsync(silo, reps);

        var updates = await SimulateAsync(silo, new SimulatePlanRequest { Text = text });

        Assert.Equal(before, await EarnedAsync(silo, reps));
        await silo.Api.PublishAsync(text);
        var after = await EarnedAsync(silo, reps);
        var payees = updates.Select(update => update.Payee).OfType<SimulatedPayee>().ToList();
        Assert.Equal(
            reps.Select(rep => rep.Rep_).Order(StringComparer.Ordinal),
            payees.Select(payee => payee.Rep).Order(StringComparer.Ordinal));
        Assert.All(payees, payee => Assert.Equal(
            (before[payee.Rep], after[payee.Rep]),
            (payee.Change.Now[0].ToDecimal(), payee.Change.Simulated[0].ToDecimal())));
        var summary = updates[^1].Summary;
        Assert.Equal((reps.Count, 0L), (summary.Payees, summary.Refused));
        Assert.Equal(after.Values.Sum() - before.Values.Sum(), Assert.Single(summary.Cost).ToDecimal());
        Assert.Equal(summary.Payees, summary.Better + summary.Worse + summary.Same);
        Assert.NotEqual(0m, summary.Cost[0].ToDecimal());
        await VersionsAsync(silo);
    }

    [Fact]
    public async Task Simulate_OfListedPayees_SaysWhomItCouldNotAsk()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var request = new SimulatePlanRequest
        {
            Text = (await GetAsync(silo)).Text, Reps = { "rep-282", "nobody", "rep-282" },
            From = "2020-01-01", To = "2020-06-30",
        };

        var updates = await SimulateAsync(silo, request);

        var refused = Assert.Single(updates, update => update.Payee?.Refused is not null).Payee.Refused;
        Assert.Equal("UNKNOWN_REP", refused.Violations[0].Reason);
        var summary = updates[^1].Summary;
        Assert.Equal((2L, 1L, 1L), (summary.Payees, summary.Refused, summary.Same));
        Assert.Equal(("2020-01-01", "2020-06-30"), (summary.From, summary.To));
    }

    [Fact]
    public async Task Simulate_OfAWrongPlanOrSpan_IsRefused()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var text = (await GetAsync(silo)).Text;

        var plan = await Assert.ThrowsAsync<RpcFailure>(
            () => SimulateAsync(silo, new SimulatePlanRequest { Text = "plan: p" }));
        var span = await Assert.ThrowsAsync<RpcFailure>(
            () => SimulateAsync(silo, new SimulatePlanRequest { Text = text, From = "2020-01-01" }));
        var many = await Assert.ThrowsAsync<RpcFailure>(() => SimulateAsync(
            silo, new SimulatePlanRequest { Text = text, Reps = { Enumerable.Repeat("x", 10_001) } }));

        Assert.Equal("PLAN_INVALID", plan.Detail<ErrorInfo>()?.Type);
        Assert.Equal("to", span.Detail<BadRequest>()!.FieldViolations[0].Field);
        Assert.Equal("reps", many.Detail<BadRequest>()!.FieldViolations[0].Field);
        Assert.All([plan, span, many], failure => Assert.Equal(Code.InvalidArgument, failure.Status));
    }

    [Fact]
    public async Task Simulate_LeftInTheMiddle_EndsAndHoldsNobodyUp()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        await SampleCompany.ImportAsync(silo, "orders-2020-06.csv");
        var request = new SimulatePlanRequest { Text = (await GetAsync(silo)).Text };
        for (var i = 0; i < 20; i++)
        {
            await foreach (var update in Stream(silo, request))
            {
                Assert.NotNull(update.Payee);
                break;
            }
        }

        Assert.NotNull((await SimulateAsync(silo, request))[^1].Summary);
    }

    private static async Task VersionsAsync(RunningSilo silo)
    {
        var versions = await silo.Json.GetStringAsync($"/v1/plans/{Plan}/versions?page_size=1");
        var listed = JsonParser.Default.Parse<ListPlanVersionsReply>(versions);
        Assert.Equal((2L, "2"), (Assert.Single(listed.Versions).Version, listed.NextPageToken));
        var diff = JsonParser.Default.Parse<DiffPlanReply>(
            await silo.Json.GetStringAsync($"/v1/plans/{Plan}/diff?from=1&to=2"));
        Assert.Equal(
            await silo.Api.AskAsync<DiffPlanRequest, DiffPlanReply>(new DiffPlanRequest { Plan = Plan }), diff);
        Assert.All(diff.Changes, change => Assert.Equal(("1.5%", "2%"), (change.Old, change.New)));
        Assert.NotEmpty(diff.Changes);
    }

    private static Task<PublishedPlan> GetAsync(RunningSilo silo) =>
        silo.Api.AskAsync<GetPlanRequest, PublishedPlan>(new GetPlanRequest { Plan = Plan });

    private static IAsyncEnumerable<SimulatePlanUpdate> Stream(RunningSilo silo, SimulatePlanRequest request) =>
        silo.Channel.ServerStreamAsync<SimulatePlanRequest, SimulatePlanUpdate>(
            PlansReflection.Descriptor.Services[0].FindMethodByName("Simulate"), request, Api.Patient);

    private static async Task<List<SimulatePlanUpdate>> SimulateAsync(RunningSilo silo, SimulatePlanRequest request) =>
        await Stream(silo, request).ToListAsync();

    private static async Task<Dictionary<string, decimal>> EarnedAsync(RunningSilo silo, IEnumerable<Rep> reps)
    {
        var earned = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var rep in reps)
        {
            earned[rep.Rep_] = (await silo.Api.EstimateAsync(rep.Rep_, SampleCompany.Today)).YearToDate.ToDecimal();
        }

        return earned;
    }
}
