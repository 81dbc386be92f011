using System.Globalization;
using System.Text.Json;

namespace Commission.Cli.Tests;

public sealed class ExplainTests : IDisposable
{
    private const string Case = """
        { "id": "c1", "source": "a test", "category": "tiers",
          "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
            "components": [
              { "component": "sales", "title": "Sales", "window": "year", "quota": "q",
                "tiers": [ { "from": "0%", "rate": "10%" }, { "from": "100%", "rate": "20%" } ] },
              { "component": "bonus", "title": "Bonus", "window": "deal", "measure": "deals", "per-unit": "5" } ] },
          "assignment": { "plan": "p", "quotas": { "q": { "window": "year", "amount": "1000" } } },
          "credits": [
            { "deal": "early", "credited": "2025-12-31", "role": "owner", "share": "100%", "amount": "600" },
            { "deal": "d1", "credited": "2026-01-15", "role": "owner", "share": "100%", "amount": "600" },
            { "deal": "d2", "credited": "2026-02-15", "role": "owner", "share": "100%", "amount": "600" } ] }
        """;

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Explain_NothingChosen_ExplainsTheLastStatement()
    {
        var ran = await ExplainAsync();

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.StartsWith(
            "Statement 2026-02 (2026-02-01 to 2026-02-28), on plan p: earned USD 85.00, paid USD 85.00\n", ran.Out,
            StringComparison.Ordinal);
        Assert.Contains("d2, 2026-02-15: USD 600.00 as owner", ran.Out, StringComparison.Ordinal);
        Assert.Contains("1 deal before 2026-02-01", ran.Out, StringComparison.Ordinal);
        Assert.Matches(@"paid USD 85\.00 +85\.00\n$", ran.Out);
    }

    [Theory]
    [InlineData("Statement 2026-01 (2026-01-01 to 2026-01-31)", "--period", "2026-01")]
    [InlineData("; of it USD 80.00 by sales\n", "--period", "2026-02", "--component", "sales")]
    [InlineData("Sales, 2026 (2026-01-01 to 2026-12-31), on plan p: earned USD 140.00", "--component", "sales")]
    [InlineData("d1, 2026-01-15: USD 600.00 as owner", "--component", "sales", "--window", "2026")]
    [InlineData("and 1 more deal", "--window", "2026", "--credits", "1")]
    [InlineData("Deal d2, 2026-02-15, on plan p: earns USD 85.00", "--deal", "d2")]
    [InlineData("; of it USD 5.00 by bonus\n", "--deal", "d2", "--component", "bonus")]
    public async Task Explain_FigureChosen_ExplainsIt(string expected, params string[] options)
    {
        var ran = await ExplainAsync(options);

        Assert.Equal((0, ""), (ran.Code, ran.Error));
        Assert.Contains(expected, ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c1: the case has no component 'sale'; did you mean 'sales'?", "--component", "sale")]
    [InlineData("c1: the case has no deal 'd11'; did you mean 'd1'?", "--deal", "d11")]
    [InlineData("c1: the case has no window '2025'; did you mean '2026'?", "--window", "2025")]
    [InlineData("c1: the case has no period '2026-12'; did you mean '2026-02'?", "--period", "2026-12")]
    [InlineData("c1: 'bonus' takes each deal by itself: choose a deal, or a period", "--component", "bonus")]
    [InlineData("c1: choose one of a deal, a window and a period", "--deal", "d1", "--period", "2026-01")]
    [InlineData("c1: no plan is in force for deal 'early', so 'sales' does not count it",
        "--deal", "early", "--component", "sales")]
    [InlineData("has no case 'c2'; did you mean 'c1'?", "--case", "c2")]
    [InlineData("--credits: 0 or more.", "--credits", "-1")]
    public async Task Explain_NoSuchFigure_RefusesWithTheNearestName(string refusal, params string[] options)
    {
        var ran = await ExplainAsync(options);

        Assert.Equal((2, ""), (ran.Code, ran.Out));
        Assert.EndsWith(refusal + "\n", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_SeveralCases_AsksWhich()
    {
        var second = Case.Replace("\"c1\"", "\"c2\"", StringComparison.Ordinal);
        var file = _shell.Write("cases.json", $"[{Case}, {second}]");

        var asked = await Shell.OfflineAsync("explain", file);
        var chosen = await Shell.OfflineAsync("explain", file, "--case", "c2");

        Assert.Equal(2, asked.Code);
        Assert.EndsWith("has 2 cases: choose one with --case, such as --case c1.\n", asked.Error,
            StringComparison.Ordinal);
        Assert.Equal(0, chosen.Code);
    }

    [Fact]
    public async Task Explain_InvalidCase_SaysWhereAndExits1()
    {
        var file = _shell.Write("case.json", Case.Replace("rate\": \"10%", "rte\": \"10%", StringComparison.Ordinal));

        var ran = await Shell.OfflineAsync("explain", file);

        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("case.json:5:", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AsJson_LinesAddUpToTheFigure()
    {
        var ran = await ExplainAsync("--json", "--deal", "d2");

        Assert.Equal(0, ran.Code);
        var root = JsonDocument.Parse(ran.Out).RootElement;
        Assert.Equal("c1", root.GetProperty("case").GetString());
        var deal = root.GetProperty("explanations")[0];
        Assert.Equal(("deal", "USD", "85"), (Text(deal, "kind"), Text(deal, "unit"), Text(deal, "figure")));
        Assert.Equal(85m, deal.GetProperty("lines").EnumerateArray().Sum(line => Number(line, "effect")));
        var sales = deal.GetProperty("lines")[0];
        Assert.Equal("sales", Text(sales, "subject"));
        var tiers = sales.GetProperty("detail").GetProperty("lines").EnumerateArray()
            .Where(line => Text(line, "step") == "tier").ToList();
        Assert.Equal([400m, 200m], tiers.Select(tier => Number(tier, "quantity")));
        Assert.Equal([0.1m, 0.2m], tiers.Select(tier => Number(tier, "rate")));
        Assert.Equal("1000", Text(tiers[1], "from"));
    }

    private Task<Ran> ExplainAsync(params string[] options) =>
        Shell.OfflineAsync(["explain", _shell.Write("case.json", Case), .. options]);

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static decimal Number(JsonElement of, string name) =>
        decimal.Parse(Text(of, name)!, CultureInfo.InvariantCulture);
}
