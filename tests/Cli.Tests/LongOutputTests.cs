using System.Text.Json;

namespace Commission.Cli.Tests;

public sealed class LongOutputTests : IDisposable
{
    private const int Credits = 3_000;
    private readonly Shell _shell = new();

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Evaluate_ManyDealsBeyondAscii_PrintsEachAsItIs()
    {
        var ids = Enumerable.Range(0, Credits).Select(i => new string('é', i % 3) + "😀" + i).ToArray();
        var credits = ids.Select(id =>
            $$"""{ "deal": "{{id}}", "credited": "2026-01-15", "role": "owner", "share": "50%", "amount": "-0.50" }""");
        var file = _shell.Write("case.json", $$"""
            { "id": "c1", "plan": { "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
                "components": [ { "component": "sales", "measure": "amount", "rate": "10%" } ] },
              "assignment": {}, "credits": [ {{string.Join(", ", credits)}} ] }
            """);

        var ran = await Shell.OfflineAsync("evaluate", file);

        var rows = JsonDocument.Parse(ran.Out).RootElement[0].GetProperty("deals").EnumerateArray().ToArray();
        Assert.Equal(ids.Order(StringComparer.Ordinal), rows.Select(row => row.GetProperty("deal").GetString()));
        Assert.All(rows, row => Assert.Equal("-0.25", row.GetProperty("credited").GetString()));
        Assert.All(rows, row => Assert.Equal("0.00", row.GetProperty("earned").GetString()));
    }
}
