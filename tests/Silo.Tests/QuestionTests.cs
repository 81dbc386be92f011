using System.Net;
using System.Text;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Silo.Tests;

/// <summary>Estimates of many, previews of several and for everyone, forecasts and goals, over gRPC and JSON.</summary>
public sealed class QuestionTests(ThreeYears company)
{
    private const string Rep = "rep-282";

    private Api Api => company.Silo.Api;

    [Fact]
    public async Task BatchGetEstimates_OfAll_IsEachOnesEstimateOrRefusal()
    {
        var reps = (await Api.RepsAsync()).Reps.Select(rep => rep.Rep_).ToList();
        var request = new BatchGetEstimatesRequest
        {
            Reps = { reps, "nobody", "", reps[0] }, On = SampleCompany.Today,
        };

        var reply = await Api.AskAsync<BatchGetEstimatesRequest, BatchGetEstimatesReply>(request);

        Assert.Equal(request.Reps, reply.Outcomes.Select(outcome => outcome.Rep));
        foreach (var outcome in reply.Outcomes.Where(outcome => reps.Contains(outcome.Rep, StringComparer.Ordinal)))
        {
            Assert.Equal(await Api.EstimateAsync(outcome.Rep, SampleCompany.Today), outcome.Estimate);
        }

        Assert.Equal("UNKNOWN_REP", reply.Outcomes[reps.Count].Refused.Violations[0].Reason);
        var wrong = reply.Outcomes[reps.Count + 1].Refused.Violations[0];
        Assert.Equal(("INVALID_FIELD", $"reps[{reps.Count + 1}]"), (wrong.Reason, wrong.Field));
        Assert.Equal(reply, await PostAsync<BatchGetEstimatesReply>("/v1/reps:batchGetEstimates", request));
    }

    [Fact]
    public async Task BatchGetEstimates_AsOfAPosition_IsEachOnesEstimateOfThen()
    {
        var position = company.Report.Positions[0];
        var asOf = new Moment { Position = position };
        var request = new BatchGetEstimatesRequest { Reps = { Rep, "rep-272" }, On = SampleCompany.Today, AsOf = asOf };

        var reply = await Api.AskAsync<BatchGetEstimatesRequest, BatchGetEstimatesReply>(request);

        foreach (var outcome in reply.Outcomes)
        {
            Assert.Equal(
                await Api.AskAsync<GetEstimateRequest, Estimate>(
                    new GetEstimateRequest { Rep = outcome.Rep, On = request.On, AsOf = asOf }),
                outcome.Estimate);
        }
    }

    [Fact]
    public async Task BatchGetEstimates_OfTooMany_IsRefusedAsAWhole()
    {
        var request = new BatchGetEstimatesRequest { Reps = { Enumerable.Repeat(Rep, 1001) } };
        await RefusedAsync<BatchGetEstimatesRequest, BatchGetEstimatesReply>(request, "reps");
        request = new BatchGetEstimatesRequest { Reps = { Rep }, AsOf = new Moment { Sequence = 1 } };
        await RefusedAsync<BatchGetEstimatesRequest, BatchGetEstimatesReply>(request, "as_of.sequence");
    }

    [Fact]
    public async Task PreviewDeal_OfAnOpenDealForEveryone_IsWhatClosingItChanges()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var reps = (await silo.Api.RepsAsync()).Reps.Select(rep => rep.Rep_).ToList();
        var open = new Deal
        {
            Deal_ = "open", Credited = "2020-06-01", Status = DealStatus.Open, Amount = 900_000m.ToMoney(),
            Fields = { ["territory"] = "canada" },
            Owners = { new DealOwner { Rep = Rep, Share = "40%" }, new DealOwner { Rep = "rep-284", Share = "60%" } },
        };
        var recorded = await silo.Api.RecordAsync("e1", open);
        var request = new PreviewDealRequest
        {
            Rep = Rep, Deal = new Deal { Deal_ = "open" }, FromRecord = true, Everyone = true,
            After = recorded.Position,
        };

        var preview = await silo.Api.AskAsync<PreviewDealRequest, Preview>(request);

        var before = await EarnedAsync(silo.Api, reps, recorded.Position);
        var won = open.Clone();
        won.Status = DealStatus.Won;
        var after = await EarnedAsync(silo.Api, reps, (await silo.Api.RecordAsync("e2", won)).Position);
        var changes = preview.Everyone.ToDictionary(one => one.Rep, one => one.Preview.Change?.ToDecimal() ?? 0m);
        Assert.All(reps, rep => Assert.Equal(after[rep] - before[rep], changes.GetValueOrDefault(rep)));
        Assert.Contains(preview.Everyone, one => one.Roles.Any(role => role.Ways[0].Rule == "manager"));
        Assert.Equal(preview.Change, preview.Everyone.Single(one => one.Rep == Rep).Preview.Change);
        Assert.NotEqual(0m, changes["rep-284"]);
    }

    [Fact]
    public async Task PreviewDeal_WithAnotherOwner_ShowsWhoWouldLoseIt()
    {
        var credits = await Api.AskAsync<ListCreditsRequest, ListCreditsReply>(
            new ListCreditsRequest { Rep = Rep, Window = "2020" });
        const string other = "rep-284";
        var deal = credits.Credits.First(credit => credit.Earned.ToDecimal() > 0m).Deal;
        var request = new PreviewDealRequest
        {
            Rep = other, FromRecord = true, Everyone = true,
            Deal = new Deal { Deal_ = deal, Owners = { new DealOwner { Rep = other } } },
        };

        var preview = await Api.AskAsync<PreviewDealRequest, Preview>(request);

        var loser = preview.Everyone.Single(one => one.Rep == Rep);
        Assert.Empty(loser.Roles);
        Assert.True(loser.Preview.Change.ToDecimal() < 0m, loser.ToString());
        Assert.Equal("owner", preview.Everyone.Single(one => one.Rep == other).Roles[0].Role);
        Assert.Equal(preview, await PostAsync<Preview>($"/v1/reps/{other}/preview", request));
    }

    [Fact]
    public async Task PreviewDeal_OfARecordThatThereIsNot_IsNotFound()
    {
        var request = new PreviewDealRequest { Rep = Rep, FromRecord = true, Deal = new Deal { Deal_ = "SO0" } };
        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => Api.AskAsync<PreviewDealRequest, Preview>(request));

        Assert.Equal((Code.NotFound, "UNKNOWN_DEAL"), (failure.Status, failure.Detail<ErrorInfo>()?.Type));
    }

    [Fact]
    public async Task Questions_ByJson_AreAnsweredAsByGrpc()
    {
        var previews = new PreviewDealsRequest { Rep = Rep, AllOrders = true };
        previews.Deals.Add(new Deal { Amount = 900_000m.ToMoney() });
        previews.Deals.Add(new Deal { Amount = 20_000m.ToMoney() });
        Assert.Equal(
            await Api.AskAsync<PreviewDealsRequest, PreviewDealsReply>(previews),
            await PostAsync<PreviewDealsReply>($"/v1/reps/{Rep}/previews", previews));
        Assert.Equal(
            await Api.AskAsync<ForecastRequest, ForecastReply>(new ForecastRequest { Rep = Rep, On = "2020-05-31" }),
            await GetAsync<ForecastReply>($"/v1/reps/{Rep}/forecast?on=2020-05-31"));
        Assert.Equal(
            await Api.AskAsync<SeekGoalRequest, SeekGoalReply>(
                new SeekGoalRequest { Rep = Rep, Amount = "99000", Scope = GoalScope.Statement }),
            await GetAsync<SeekGoalReply>($"/v1/reps/{Rep}/goal?amount=99000&scope=STATEMENT"));
        Assert.Equal(
            await Api.AskAsync<GetDealRequest, DealView>(new GetDealRequest { Deal = "SO43659" }),
            await GetAsync<DealView>("/v1/deals/SO43659"));
        Assert.Equal(
            await Api.AskAsync<GetDealHistoryRequest, DealHistory>(new GetDealHistoryRequest { Deal = "SO43659" }),
            await GetAsync<DealHistory>("/v1/deals/SO43659/history?page_size=20"));
    }

    private async Task<T> GetAsync<T>(string path)
        where T : IMessage<T>, new() =>
        JsonParser.Default.Parse<T>(await company.Silo.Json.GetStringAsync(path));

    private async Task<T> PostAsync<T>(string path, IMessage request)
        where T : IMessage<T>, new()
    {
        using var body = new StringContent(
            JsonFormatter.Default.Format(request), Encoding.UTF8, "application/json");
        using var answer = await company.Silo.Json.PostAsync(new Uri(path, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonParser.Default.Parse<T>(text);
    }

    private async Task RefusedAsync<TReq, TRes>(TReq request, string field)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new()
    {
        var failure = await Assert.ThrowsAsync<RpcFailure>(() => Api.AskAsync<TReq, TRes>(request));

        Assert.Equal(Code.InvalidArgument, failure.Status);
        Assert.Equal(field, Assert.Single(failure.Detail<BadRequest>()!.FieldViolations).Field);
    }

    private static async Task<Dictionary<string, decimal>> EarnedAsync(
        Api api, IEnumerable<string> reps, Position after)
    {
        var earned = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var rep in reps)
        {
            earned[rep] = (await api.EstimateAsync(rep, SampleCompany.Today, after)).YearToDate.ToDecimal();
        }

        return earned;
    }
}
