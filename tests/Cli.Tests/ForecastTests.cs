using System.Text.Json;

namespace Commission.Cli.Tests;

public sealed class ForecastTests : IDisposable
{
    private const string Case = """
        { "id": "c1",
          "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
            "draw": { "amount": "50", "recoverable": true },
            "components": [ { "component": "sales", "title": "Sales", "window": "year", "quota": "q",
              "tiers": [ { "from": "0%", "rate": "10%" }, { "from": "100%", "rate": "20%" } ] } ] },
          "assignment": { "from": "2026-01-01", "quotas": { "q": { "window": "year", "amount": "1000" } } },
          "credits": [
            { "deal": "d1", "credited": "2026-01-15", "role": "owner", "share": "100%", "amount": "300" },
            { "deal": "d2", "credited": "2026-02-15", "role": "owner", "share": "100%", "amount": "300" } ] }
        """;

    private const string Open = """
        - { deal: o1, credited: 2026-02-20, role: owner, share: 100%, amount: 600, probability: 60% }
        - { deal: o2, credited: 2026-05-01, role: owner, share: 50%, amount: 400 }
        """;

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Forecast_CaseWithOpenDeals_TellsAPerson()
    {
        var ran = await RunAsync();

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("Plan p on 2026-02-15, in USD", ran.Out, StringComparison.Ordinal);
        Assert.Contains("Pay at 100 % of quota: 100.00", ran.Out, StringComparison.Ordinal);
        Assert.Contains("The next unit of money pays 0.1", ran.Out, StringComparison.Ordinal);
        Assert.Matches(@"Sales +2026 +600 +60\.00 +100\.00 +0\.1 +400 more reach 1,000, then 0\.2 a unit", ran.Out);
        Assert.Matches(@"Statement 2026-02 +earned +1 +30\.00 +110\.00 +66\.00 +78\.00 +30\.00", ran.Out);
        Assert.Matches(@"Year 2026 +earned +2 +60\.00 +180\.00 +112\.00", ran.Out);
        Assert.Contains("Note: 1 open deals have no probability", ran.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forecast_Json_HasNumbersAsText()
    {
        var ran = await RunAsync("--json", "--on", "2026-03-05");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var printed = JsonDocument.Parse(ran.Out).RootElement;
        Assert.Equal("100.00", Text(printed, "pay-at-quota"));
        Assert.Equal("0.1", Text(printed, "next-unit-of-money"));
        var part = printed.GetProperty("components")[0];
        Assert.Equal("400", Text(part.GetProperty("next-tier"), "distance"));
        Assert.Equal("0.1", Text(part.GetProperty("next-unit"), "pays"));
        var statement = printed.GetProperty("pipeline")[0];
        Assert.Equal(("Statement 2026-03", "1"), (Text(statement, "span"), Text(statement, "deals")));
        var (earned, paid) = (statement.GetProperty("earned"), statement.GetProperty("paid"));
        Assert.Equal(("0.00", "80.00"), (Text(earned, "now"), Text(earned, "all-close")));
        Assert.Equal("36.00", Text(earned, "weighted"));
        Assert.Equal(("48", "80.00"), (Text(earned, "mean"), Text(earned, "p50")));
        Assert.Equal(("50.00", "50.00"), (Text(paid, "now"), Text(paid, "all-close")));
        Assert.True(earned.GetProperty("exact").GetBoolean());
    }

    [Fact]
    public async Task Forecast_OpenDeals_TellsWhatTheirOrderPays()
    {
        var ran = await RunAsync();

        // 400 are left at 10 %: who closes second earns 20 % on what lies above.
        Assert.Matches(@"o1 +80\.00 +80\.00 +100\.00 +o2", ran.Out);
        Assert.Matches(@"o2 +40\.00 +20\.00 +40\.00 +o1", ran.Out);
    }

    [Fact]
    public async Task Forecast_MoreOrdersThanCanBeTried_SaysSo()
    {
        var open = string.Concat(Enumerable.Range(0, 17).Select(deal => FormattableString.Invariant(
            $"- {{ deal: o{deal}, credited: 2026-02-20, role: owner, share: 100%, amount: {1 << deal} }}\n")));

        var few = await RunAsync();
        var many = await RunWithAsync(open);

        Assert.DoesNotContain("too many orders", few.Out, StringComparison.Ordinal);
        Assert.Contains("Note: there are too many orders of the open deals", many.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forecast_Goal_TellsWhatItTakes()
    {
        var ran = await RunAsync("--goal", "110");
        var far = await RunAsync("--goal", "1000", "--json");

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains("To earn 110.00 in the windows of the day:", ran.Out, StringComparison.Ordinal);
        // 40.00 for the 400 up to the quota; the last cent comes by rounding, so 49.98 × 20 % are enough.
        Assert.Contains("Sales: 449.98 more earn 110.00", ran.Out, StringComparison.Ordinal);
        Assert.Contains("open deals: o1 earn 140.00", ran.Out, StringComparison.Ordinal);
        var goal = JsonDocument.Parse(far.Out).RootElement.GetProperty("goal");
        Assert.Equal("needs", Text(goal.GetProperty("measures")[0], "outcome"));
        Assert.Equal("unreachable", Text(goal.GetProperty("open-deals"), "outcome"));
        Assert.Equal("180.00", Text(goal.GetProperty("open-deals"), "most"));
    }

    [Fact]
    public async Task Forecast_WithoutOpenDeals_IsCertain()
    {
        var ran = await Shell.OfflineAsync("forecast", _shell.Write("case.json", Case));

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Matches(@"Year 2026 +earned +0 +60\.00 +60\.00 +60\.00 +60\.00 +60\.00", ran.Out);
    }

    [Fact]
    public async Task Forecast_WrongFiles_SaysWhereAndExits1()
    {
        var wrong = Open.Replace("60%", "60", StringComparison.Ordinal);

        var ran = await RunWithAsync(wrong);

        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("wrong.yaml:1:", ran.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean '60%'?", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forecast_OpenDealsThatAreNotUtf8_SaysWhereAndExits1()
    {
        var file = _shell.Write("latin.yaml", "");
        await File.WriteAllBytesAsync(
            file,
            System.Text.Encoding.Latin1.GetBytes(Open.Replace("o2", "café", StringComparison.Ordinal)),
            TestContext.Current.CancellationToken);

        var ran = await Shell.OfflineAsync("forecast", _shell.Write("case.json", Case), "--open", file);

        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("latin.yaml:2:", ran.Error, StringComparison.Ordinal);
        Assert.Contains("0xE9", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--on", "2026-13-01", "is no date")]
    [InlineData("--on", "2020-01-01", "No plan is in force on 2020-01-01")]
    [InlineData("--open", "no-such-file.yaml", "no-such-file.yaml")]
    [InlineData("--goal", "much", "is no sum of money")]
    public async Task Forecast_WrongOption_Exits2(string option, string value, string message)
    {
        var ran = await Shell.OfflineAsync("forecast", _shell.Write("case.json", Case), option, value);

        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.Contains(message, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Forecast_AmbiguousInput_Exits2()
    {
        var two = _shell.Write("two.json", $"[{Case}, {Case.Replace("c1", "c2", StringComparison.Ordinal)}]");
        var none = _shell.Write("none.json", Case[..Case.IndexOf("\"credits\"", StringComparison.Ordinal)]
            + "\"credits\": [] }");
        var twice = Open.Replace("o1", "d1", StringComparison.Ordinal);

        var cases = await Shell.OfflineAsync("forecast", two);
        var day = await Shell.OfflineAsync("forecast", none);
        var deal = await RunWithAsync(twice);

        Assert.Equal((2, 2, 2), (cases.Code, day.Code, deal.Code));
        Assert.Contains("has 2 cases", cases.Error, StringComparison.Ordinal);
        Assert.Contains("--on", day.Error, StringComparison.Ordinal);
        Assert.Contains("'d1'", deal.Error, StringComparison.Ordinal);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private Task<Ran> RunAsync(params string[] options) => Shell.OfflineAsync(
        ["forecast", _shell.Write("case.json", Case), "--open", _shell.Write("open.yaml", Open), .. options]);

    private Task<Ran> RunWithAsync(string open) => Shell.OfflineAsync(
        "forecast", _shell.Write("case.json", Case), "--open", _shell.Write("wrong.yaml", open));
}
