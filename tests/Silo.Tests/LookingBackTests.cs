using System.Net;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Commission.Silo.Tests;

/// <summary>Credits, explanations and figures of the past, over gRPC and JSON.</summary>
public sealed class LookingBackTests(ThreeYears company)
{
    private const string Rep = "rep-282";

    private static readonly ServiceDescriptor[] Services =
    [
        DealsReflection.Descriptor.Services[0], EarningsReflection.Descriptor.Services[0],
        PlansReflection.Descriptor.Services[0], RepsReflection.Descriptor.Services[0],
        TerritoriesReflection.Descriptor.Services[0], InspectReflection.Descriptor.Services[0],
        LeaderboardsReflection.Descriptor.Services[0],
        RatesReflection.Descriptor.Services[0],
    ];

    // What changes something, or depends on nothing that is recorded.
    private static readonly string[] NoQueries =
        ["Record", "RecordStream", "Validate", "Publish", "Put", "Assign", "Realign"];

    public static TheoryData<string> Queries => [.. Services.SelectMany(service => service.Methods)
        .Where(method => !NoQueries.Contains(method.Name, StringComparer.Ordinal)).Select(method => method.FullName)];

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_OfAnyKind_TakesAPositionToComeAfter(string name)
    {
        var method = Services.SelectMany(service => service.Methods).Single(method => method.FullName == name);

        Assert.Equal(Position.Descriptor, method.InputType.FindFieldByName("after")?.MessageType);
        Assert.True(method.InputType.ClrType.IsAssignableTo(typeof(IQuery)), name);
        Assert.Equal(
            method.InputType.FindFieldByName("as_of") is not null,
            method.InputType.ClrType.IsAssignableTo(typeof(IHistoricalQuery)));
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task Query_AfterAnEventThatThereIsNot_IsRefused(string name)
    {
        var method = Services.SelectMany(service => service.Methods).Single(method => method.FullName == name);
        var after = Uri.EscapeDataString("after.number");
        var call = method.FullName switch
        {
            "commission.v1.Earnings.PreviewDeal" => (HttpMethod.Post, $"/v1/reps/{Rep}/preview"),
            "commission.v1.Earnings.PreviewDeals" => (HttpMethod.Post, $"/v1/reps/{Rep}/previews"),
            "commission.v1.Earnings.BatchGetEstimates" => (HttpMethod.Post, "/v1/reps:batchGetEstimates"),
            "commission.v1.Earnings.Forecast" => (HttpMethod.Get, $"/v1/reps/{Rep}/forecast?{after}=99999999"),
            "commission.v1.Earnings.SeekGoal" => (HttpMethod.Get, $"/v1/reps/{Rep}/goal?{after}=99999999"),
            "commission.v1.Earnings.GetEstimate" => (HttpMethod.Get, $"/v1/reps/{Rep}/estimate?{after}=99999999"),
            "commission.v1.Earnings.ListCredits" => (HttpMethod.Get, $"/v1/reps/{Rep}/credits?{after}=99999999"),
            "commission.v1.Earnings.Explain" => (HttpMethod.Get, $"/v1/reps/{Rep}/explanation?{after}=99999999"),
            "commission.v1.Earnings.WatchEstimate" => (HttpMethod.Get, $"/v1/reps/{Rep}/watch?{after}=99999999"),
            "commission.v1.Deals.Get" => (HttpMethod.Get, $"/v1/deals/SO43659?{after}=99999999"),
            "commission.v1.Deals.History" => (HttpMethod.Get, $"/v1/deals/SO43659/history?{after}=99999999"),
            "commission.v1.Plans.Get" => (HttpMethod.Get, $"/v1/plans/reseller-15?{after}=99999999"),
            "commission.v1.Plans.Versions" => (HttpMethod.Get, $"/v1/plans/reseller-15/versions?{after}=99999999"),
            "commission.v1.Plans.Diff" => (HttpMethod.Get, $"/v1/plans/reseller-15/diff?{after}=99999999"),
            "commission.v1.Plans.Simulate" => (HttpMethod.Post, "/v1/plans:simulate"),
            "commission.v1.Plans.GetRollout" =>
                (HttpMethod.Get, $"/v1/plans/reseller-15/rollout?{after}=99999999"),
            "commission.v1.Reps.Get" => (HttpMethod.Get, $"/v1/reps/{Rep}?{after}=99999999"),
            "commission.v1.Reps.List" => (HttpMethod.Get, $"/v1/reps?{after}=99999999"),
            "commission.v1.Reps.Team" => (HttpMethod.Get, $"/v1/reps/{Rep}/team?{after}=99999999"),
            "commission.v1.Territories.List" => (HttpMethod.Get, $"/v1/territories?{after}=99999999"),
            "commission.v1.Territories.Tree" => (HttpMethod.Get, $"/v1/territories:tree?{after}=99999999"),
            "commission.v1.Territories.Members" =>
                (HttpMethod.Get, $"/v1/territories/europe/members?{after}=99999999"),
            "commission.v1.Leaderboards.Get" => (HttpMethod.Get, $"/v1/leaderboard?{after}=99999999"),
            "commission.v1.Leaderboards.Watch" => (HttpMethod.Get, $"/v1/leaderboard/watch?{after}=99999999"),
            "commission.v1.Territories.Get" => (HttpMethod.Get, $"/v1/territories/europe?{after}=99999999"),
            "commission.v1.Territories.GetRealignment" =>
                (HttpMethod.Get, $"/v1/territories:realignment?{after}=99999999"),
            "commission.v1.Rates.Get" => (HttpMethod.Get, $"/v1/rates/EUR/USD?{after}=99999999"),
            "commission.v1.Rates.List" => (HttpMethod.Get, $"/v1/rates?{after}=99999999"),
            "commission.v1.Inspect.Verify" => (HttpMethod.Get, $"/v1/verify?{after}=99999999"),
            _ => throw new InvalidOperationException($"{name} is not asked here."),
        };
        using var request = new HttpRequestMessage(call.Item1, call.Item2);
        request.Content = call.Item1 == HttpMethod.Post
            ? new StringContent("""{ "after": { "number": 99999999 } }""", null, "application/json")
            : null;

        using var answer = await company.Silo.Json.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.Contains("Shard 0 has no event 99999999", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credits_OfAYear_AddUpToTheEstimate()
    {
        var estimate = await company.Silo.Api.EstimateAsync(Rep, SampleCompany.Today);
        var request = new ListCreditsRequest { Rep = Rep, Window = "2020", PageSize = 7 };
        var method = EarningsReflection.Descriptor.Services.Single().FindMethodByName("ListCredits");
        var pages = await Pages.ReadAsync(request, (page, ct) => company.Silo.Channel
            .UnaryAsync<ListCreditsRequest, ListCreditsReply>(method, page, Api.Patient, ct)).ToListAsync();

        var credits = pages.SelectMany(page => page.Credits).ToList();
        Assert.All(pages.SkipLast(1), page => Assert.Equal(7, page.Credits.Count));
        Assert.All(pages, page => Assert.Equal(estimate.AsOf, page.AsOf));
        Assert.Equal(
            estimate.YearToDate.ToDecimal(), credits.Sum(credit => credit.Earned.ToDecimal()));
        Assert.Equal(credits.OrderBy(credit => credit.Credited, StringComparer.Ordinal)
            .ThenBy(credit => credit.Deal, StringComparer.Ordinal), credits);
    }

    [Theory]
    [InlineData("/v1/reps/rep-282/credits?window=2020-Q4&pageSize=5&as_of.sequence=100", true)]
    [InlineData("/v1/reps/rep-282/explanation?window=2020-Q4&component=commission&most_deals=3", false)]
    public async Task Lists_ByJson_AreTheSameAsByGrpc(string path, bool isList)
    {
        var answer = await company.Silo.Json.GetStringAsync(path);

        if (isList)
        {
            var listed = await company.Silo.Api.AskAsync<ListCreditsRequest, ListCreditsReply>(new ListCreditsRequest
            {
                Rep = Rep, Window = "2020-Q4", PageSize = 5, AsOf = new Moment { Sequence = 100 },
            });
            Assert.Equal(listed, JsonParser.Default.Parse<ListCreditsReply>(answer));
            Assert.Equal(100, listed.AsOf.Sequence);
        }
        else
        {
            var explained = await company.Silo.Api.AskAsync<ExplainRequest, ExplainReply>(new ExplainRequest
            {
                Rep = Rep, Window = "2020-Q4", Component = "commission", MostDeals = 3,
            });
            Assert.Equal(explained, JsonParser.Default.Parse<ExplainReply>(answer));
            var estimate = await company.Silo.Api.EstimateAsync(Rep, SampleCompany.Today);
            Assert.Equal(
                estimate.Component("commission").Earned.ToDecimal(), explained.Explanations[0].Figure.ToDecimal());
        }
    }

    [Fact]
    public async Task GetEstimate_AsOfEachAnswer_IsThatAnswer()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var answers = new List<(Position Position, Estimate Estimate)>();
        for (var i = 1; i <= 20; i++)
        {
            var deal = new Deal
            {
                Deal_ = $"d{i % 7}", Credited = "2020-06-01", Status = DealStatus.Won, Amount = (i * 10_000m).ToMoney(),
                Owners = { new DealOwner { Rep = Rep } },
            };
            var recorded = await silo.Api.RecordAsync($"e{i}", deal);
            answers.Add((recorded.Position, await silo.Api.EstimateAsync(Rep, after: recorded.Position)));
        }

        foreach (var (position, estimate) in answers)
        {
            var place = $"as_of.position.shard={position.Shard}&as_of.position.number={position.Number}";
            foreach (var query in new[] { place, $"as_of.sequence={estimate.AsOf.Sequence}" })
            {
                var answer = await silo.Json.GetStringAsync($"/v1/reps/{Rep}/estimate?{query}");
                Assert.Equal(estimate, JsonParser.Default.Parse<Estimate>(answer));
            }
        }
    }

    [Theory]
    [InlineData("as_of.sequence=99999999", "There is no change 99999999: expected 1 to ")]
    [InlineData("as_of.position.number=99999999", "Shard 0 has no event 99999999 of yours; its last is ")]
    [InlineData("as_of.position.shard=8&as_of.position.number=1", "There is no shard 8: expected 0 to 7.")]
    [InlineData("as_of.time=9998-01-01T00:00:00Z", "This time has not come yet: it is ")]
    public async Task AsOf_OfWhatHasNotBeen_SaysWhatWouldBeRight(string query, string message)
    {
        using var answer = await company.Silo.Json.GetAsync(
            new Uri($"/v1/reps/{Rep}/credits?{query}", UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, text);
        Assert.Contains(message, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfAnUnknownDeal_IsNotFoundWithTheNearest()
    {
        var request = new ExplainRequest { Rep = Rep, Deal = "SO1" };
        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => company.Silo.Api.AskAsync<ExplainRequest, ExplainReply>(request));

        Assert.Equal((Code.NotFound, "UNKNOWN_DEAL"), (failure.Status, failure.Detail<ErrorInfo>()?.Type));
        Assert.Contains("did you mean 'SO", failure.Message, StringComparison.Ordinal);
    }
}
