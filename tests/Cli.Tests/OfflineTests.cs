using System.Text.Json;

namespace Commission.Cli.Tests;

public sealed class OfflineTests : IDisposable
{
    private const string Case = """
        { "id": "c1", "source": "a test", "category": "rate",
          "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
            "components": [ { "component": "sales", "window": "year", "quota": "q",
              "tiers": [ { "from": "0%", "rate": "10%" }, { "from": "100%", "rate": "20%" } ] } ] },
          "assignment": { "plan": "p", "quotas": { "q": { "window": "year", "amount": "1000" } } },
          "credits": [
            { "deal": "d1", "credited": "2026-01-15", "role": "owner", "share": "100%", "amount": "600" },
            { "deal": "d2", "credited": "2026-02-15", "role": "owner", "share": "100%", "amount": "600" } ],
          "expect": {
            "windows": [ { "component": "sales", "window": "2026", "attainment": "1.2", "earned": "140.00" } ],
            "statements": [ { "period": "2026-02", "earned": "80.00" } ],
            "deals": [ { "deal": "d1", "component": "sales", "earned": "60.00" } ] } }
        """;

    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Evaluate_CaseThatAgrees_PrintsAllTables()
    {
        var ran = await Shell.OfflineAsync("evaluate", _shell.Write("case.json", Case));

        Assert.Equal((0, "1 cases, 0 differences\n"), (ran.Code, ran.Error));
        var printed = JsonDocument.Parse(ran.Out).RootElement[0];
        Assert.Equal("c1", printed.GetProperty("id").GetString());
        Assert.Equal("1200", printed.GetProperty("windows")[0].GetProperty("credited").GetString());
        Assert.Equal(
            ["60.00", "80.00"],
            printed.GetProperty("statements").EnumerateArray().Select(row => row.GetProperty("paid").GetString()!));
        Assert.Equal("80.00", printed.GetProperty("deals")[1].GetProperty("earned").GetString());
    }

    [Fact]
    public async Task Evaluate_CaseThatDiffers_SaysWhatAndExits1()
    {
        var wrong = Case.Replace("\"140.00\"", "\"140.01\"", StringComparison.Ordinal)
            .Replace("\"period\": \"2026-02\"", "\"period\": \"2026-07\"", StringComparison.Ordinal)
            .Replace("\"60.00\"", "\"61\"", StringComparison.Ordinal);

        var ran = await Shell.OfflineAsync("evaluate", _shell.Write("a.json", Case), _shell.Write("b.json", wrong));

        Assert.Equal(1, ran.Code);
        Assert.Contains(
            "c1: windows: sales 2026: earned: expected 140.01, found 140\n", ran.Error, StringComparison.Ordinal);
        Assert.Matches("c1: statements: 2026-07: [a-z]+: expected [0-9.]+, found nothing\n", ran.Error);
        Assert.Contains("c1: deals: d1 sales: earned: expected 61, found 60\n", ran.Error, StringComparison.Ordinal);
        Assert.EndsWith("2 cases, 3 differences\n", ran.Error, StringComparison.Ordinal);
        Assert.Equal(2, JsonDocument.Parse(ran.Out).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Evaluate_NoCase_SaysWhereAndExits1()
    {
        var wrong = Case.Replace("rate\": \"10%", "rte\": \"10%", StringComparison.Ordinal);

        var ran = await Shell.OfflineAsync("evaluate", _shell.Write("case.json", wrong));

        Assert.Equal((1, ""), (ran.Code, ran.Out));
        Assert.Contains("case.json:4:", ran.Error, StringComparison.Ordinal);
        Assert.Contains("rte", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_SamplePlans_AreValid()
    {
        foreach (var plan in Directory.GetFiles(Path.Combine(Shell.Repository, "samples", "adventureworks", "plans")))
        {
            var ran = await Shell.OfflineAsync("plan", "validate", plan);
            Assert.Equal(0, ran.Code);
            Assert.Contains("is valid", ran.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Validate_Mistakes_AllPrintedWithPlace()
    {
        var plan = _shell.Write("plan.yaml", """
            plan: p
            currency: USD
            effective: 2026-01-01
            pays: monthly
            components:
              - component: c
                tiers:
                  - { from: 0%, rat: 5% }
                capp: 100
            """);

        var ran = await Shell.OfflineAsync("plan", "validate", plan);

        Assert.Equal(1, ran.Code);
        Assert.Contains($"{plan}:8:", ran.Out, StringComparison.Ordinal);
        Assert.Contains("components[0].tiers[0]", ran.Out, StringComparison.Ordinal);
        Assert.Contains("did you mean 'rate'?", ran.Out, StringComparison.Ordinal);
        Assert.Contains($"{plan}:9:", ran.Out, StringComparison.Ordinal);
        Assert.Contains("did you mean 'cap'?", ran.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plan", "validate", "no-such-file.yaml")]
    [InlineData("evaluate", "no-such-file.json")]
    [InlineData("evaluate")]
    [InlineData("estimat", "rep-1")]
    [InlineData("preview", "rep-1")]
    [InlineData("preview", "rep-1", "--amount", "12,5")]
    [InlineData("preview", "rep-1", "--amount", "5", "--field", "novalue")]
    [InlineData("estimate", "rep-1", "--server", "nowhere")]
    [InlineData("apply", "no-such-folder")]
    public async Task Run_WrongUsage_Exits2(params string[] args)
    {
        var ran = await Shell.OfflineAsync(args);

        Assert.Equal(2, ran.Code);
        Assert.NotEqual("", ran.Error);
    }

    [Theory]
    [InlineData("estimate", "rep-1")]
    [InlineData("preview", "rep-1", "--amount", "5")]
    [InlineData("watch", "rep-1")]
    public async Task Run_NoServer_SaysSoAndExits3(params string[] args)
    {
        var ran = await Shell.OfflineAsync(args);

        Assert.Equal(3, ran.Code);
        Assert.Contains("cannot be reached", ran.Error, StringComparison.Ordinal);
        Assert.Contains("COMMISSION_SERVER", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_Always_PrintsOne()
    {
        var ran = await Shell.OfflineAsync("version");

        Assert.Equal(0, ran.Code);
        Assert.Matches(@"^\d+\.\d+\.\d+", ran.Out);
    }
}
