using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Google.Protobuf;

namespace Commission.Silo.Tests;

/// <summary>The same figures by JSON, as curl would ask for them.</summary>
public sealed class JsonTests(ThreeYears company)
{
    [Theory]
    [InlineData("rep-282", "2020-05-31")]
    [InlineData("rep-272", "2019-09-30")]
    public async Task GetEstimate_ByJson_IsTheSameAsByGrpc(string rep, string on)
    {
        var answer = await company.Silo.Json.GetStringAsync($"/v1/reps/{rep}/estimate?on={on}");

        Assert.Equal(await company.Silo.Api.EstimateAsync(rep, on), JsonParser.Default.Parse<Estimate>(answer));
    }

    [Fact]
    public async Task GetTerritory_ByJson_IsTheSameAsByGrpc()
    {
        var answer = await company.Silo.Json.GetStringAsync("/v1/territories/europe?on=2020-05-31");

        Assert.Equal(
            await company.Silo.Api.TerritoryAsync("europe", "2020-05-31"),
            JsonParser.Default.Parse<TerritoryView>(answer));
    }

    [Fact]
    public async Task PreviewDeal_ByJson_IsTheSameAsByGrpc()
    {
        var deal = new Deal { Amount = 250_000.49m.ToMoney(), Fields = { ["territory"] = "canada" } };
        using var body = new StringContent(
            """
            { "deal": { "amount": { "currency": "USD", "units": 250000, "nanos": 490000000 },
                        "fields": { "territory": "canada" } } }
            """,
            Encoding.UTF8,
            "application/json");
        using var answer = await company.Silo.Json.PostAsync("/v1/reps/rep-284/preview", body);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(
            await company.Silo.Api.PreviewAsync("rep-284", deal),
            JsonParser.Default.Parse<Preview>(await answer.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Record_ThenGetEstimateAfterIt_HasTheDeal()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);
        for (var i = 1; i <= 50; i++)
        {
            var position = await RecordAsync(silo, i);
            var path = $"/v1/reps/rep-285/estimate?after.shard={position.Shard}&after.number={position.Number}";
            using var answer = JsonDocument.Parse(await silo.Json.GetStringAsync(path));

            var credited = answer.RootElement.GetProperty("components")[0].GetProperty("credited").GetString()!;
            Assert.Equal(i * 1000.01m, credited.ToDecimal());
        }
    }

    private static async Task<Position> RecordAsync(RunningSilo silo, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"json-{number}");
        using var answer = await silo.Json.PostAsJsonAsync("/v1/deals:record", new
        {
            eventId = id,
            deal = new
            {
                deal = id,
                credited = "2020-04-01",
                status = "WON",
                amount = new { currency = "USD", units = "1000", nanos = 10_000_000 },
                owners = new[] { new { rep = "rep-285" } },
            },
        });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonParser.Default.Parse<Recorded>(text).Position;
    }
}
