using System.Net;
using System.Text;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;
using Google.Rpc;

namespace Commission.Silo.Tests;

/// <summary>Currency rates over gRPC and JSON, and what they do to a payee's figures.</summary>
public sealed class RatesTests
{
    private const string Rep = "rep-282";
    private const string Day = "2020-06-05";

    [Fact]
    public async Task Put_OverJsonAndGrpc_CountsForeignDealsAndVerifies()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        var home = await EarnedAsync(silo, await silo.Api.RecordAsync("e1", Deal("d1", "USD", 100_000m)));
        var none = await EarnedAsync(silo, await silo.Api.RecordAsync("e2", Deal("d2", "EUR", 100_000m)));

        var first = await PostAsync(silo, $$"""
            { "rates": [ { "from": "EUR", "to": "USD", "day": "2020-06-01", "rate": "1" } ],
              "source": "ECB", "wait": true }
            """);
        var even = (await silo.Api.EstimateAsync(Rep, Day)).Earned.ToDecimal();
        var second = await silo.Api.AskAsync<PutRatesRequest, PutRatesReply>(new PutRatesRequest
        {
            Rates =
            {
                new DayRate { From = "EUR", To = "USD", Day = "2020-06-01", Rate = "2" },
                new DayRate { From = "EUR", To = "USD", Day = "2020-06-06", Rate = "100" },
                new DayRate { From = "EUR", To = "usd", Day = "2020-06-06", Rate = "100" },
            },
            Wait = true,
        });
        var twice = await silo.Api.EstimateAsync(Rep, Day);

        Assert.Equal(home, none);
        Assert.True(even > home);
        Assert.True(twice.Earned.ToDecimal() > even);
        Assert.Equal((1, 0L), (first.Recorded, first.Recomputing));
        Assert.Equal((1, 1, 1, 0L), (second.Recorded, second.Corrected, second.Refused, second.Recomputing));
        Assert.Equal(("rates[2].to", second.Sequence), (second.Results[2].Violations[0].Field, twice.AsOf.Rates));
        Assert.Empty((await silo.Api.VerifyAsync()).Differences);
        await ReadsAgreeAsync(silo);
    }

    [Fact]
    public async Task Put_OfBadRowsOnly_IsRefusedWithEachPlace()
    {
        await using var silo = await RunningSilo.StartAsync();
        var request = new PutRatesRequest
        {
            Rates = { new DayRate { From = "EUR", To = "USD", Day = "soon", Rate = "x" } },
        };

        var failure = await Assert.ThrowsAsync<RpcFailure>(
            () => silo.Api.AskAsync<PutRatesRequest, PutRatesReply>(request));
        var unknown = await Assert.ThrowsAsync<RpcFailure>(() => silo.Api.AskAsync<GetRateRequest, RecordedRate>(
            new GetRateRequest { From = "EUR", To = "USD" }));

        Assert.Equal(Code.InvalidArgument, failure.Status);
        Assert.Equal(["rates[0].day", "rates[0].rate"],
            failure.Detail<BadRequest>()!.FieldViolations.Select(violation => violation.Field));
        Assert.Equal((Code.NotFound, "UNKNOWN_RATE"), (unknown.Status, unknown.Detail<ErrorInfo>()!.Type));
    }

    private static async Task ReadsAgreeAsync(RunningSilo silo)
    {
        var get = await silo.Api.AskAsync<GetRateRequest, RecordedRate>(
            new GetRateRequest { From = "EUR", To = "USD", On = Day });
        Assert.Equal(("2020-06-01", "2", ""), (get.Rate.Day, get.Rate.Rate, get.Source));
        Assert.Equal(get, await GetAsync<RecordedRate>(silo, $"/v1/rates/EUR/USD?on={Day}"));
        var list = await silo.Api.AskAsync<ListRatesRequest, ListRatesReply>(
            new ListRatesRequest { From = "EUR", PageSize = 1 });
        Assert.Equal(get, Assert.Single(list.Rates));
        Assert.Equal(list, await GetAsync<ListRatesReply>(silo, "/v1/rates?from=EUR&page_size=1"));
        var rest = await GetAsync<ListRatesReply>(silo, $"/v1/rates?from=EUR&page_token={list.NextPageToken}");
        Assert.Equal("100", Assert.Single(rest.Rates).Rate.Rate);
    }

    private static async Task<decimal> EarnedAsync(RunningSilo silo, Recorded recorded) =>
        (await silo.Api.EstimateAsync(Rep, Day, recorded.Position)).Earned.ToDecimal();

    private static Deal Deal(string id, string currency, decimal amount)
    {
        var money = amount.ToMoney();
        money.Currency = currency;
        return new Deal
        {
            Deal_ = id, Credited = Day, Status = DealStatus.Won, Amount = money, Margin = money.Clone(),
            Owners = { new DealOwner { Rep = Rep, Share = "100%" } },
        };
    }

    private static async Task<PutRatesReply> PostAsync(RunningSilo silo, string json)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await silo.Json.PostAsync(new Uri("/v1/rates", UriKind.Relative), body);
        return await ReadAsync<PutRatesReply>(answer);
    }

    private static async Task<T> GetAsync<T>(RunningSilo silo, string path)
        where T : IMessage<T>, new()
    {
        using var answer = await silo.Json.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync<T>(answer);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer)
        where T : IMessage<T>, new()
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonParser.Default.Parse<T>(text);
    }
}
