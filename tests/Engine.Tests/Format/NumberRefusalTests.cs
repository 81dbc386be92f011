namespace Commission.Engine.Tests.Format;

/// <summary>Numbers as people write them elsewhere are refused with the right writing.</summary>
public sealed class NumberRefusalTests
{
    public static TheoryData<string, string?> Plain => new()
    {
        { "1,000", "1000" },
        { "1,200,000.50", "1200000.50" },
        { "1.200.000", "1200000" },
        { "1.200,50", "1200.50" },
        { "1,5", "1.5" },
        { "0,125", "0.125" },
        { "1'000", "1000" },
        { "1 000 000", "1000000" },
        { "1_000", "1000" },
        { "$5", "5" },
        { "-$5", "-5" },
        { "$-5", "-5" },
        { "€1,200.50", "1200.50" },
        { "1.200,50 €", "1200.50" },
        { "USD 500", "500" },
        { "500 USD", "500" },
        { "(500)", "-500" },
        { "+5", "5" },
        { "5.", "5" },
        { ".5", "0.5" },
        { "5k", "5000" },
        { "1.2M", "1200000" },
        { "1e3", "1000" },
        { "2.5e-2", "0.025" },
        { "1e999", null },
        { "1.2.3", null },
        { "five", null },
        { "0x10", null },
        { "NaN", null },
        { "-", null },
        { "12 monkeys", null },
    };

    public static TheoryData<string, string?> Percentages => new()
    {
        { "5 %", "5%" },
        { "5 percent", "5%" },
        { "5pct", "5%" },
        { "5,5%", "5.5%" },
        { "5%%", null },
        { "%5", null },
        { "5% of it", null },
    };

    [Theory]
    [MemberData(nameof(Plain))]
    public void ParsePlan_NoNumber_IsRefusedWithTheRightWriting(string written, string? hint) =>
        Refused($"per-unit: §\"{written}\"", "per-unit", "is not a number", hint);

    [Theory]
    [MemberData(nameof(Percentages))]
    public void ParsePlan_NoPercentage_IsRefusedWithTheRightWriting(string written, string? hint) =>
        Refused($"rate: §\"{written}\"", "rate", "is not a number", hint);

    [Theory]
    [InlineData("cap: §5%", "cap", "5")]
    [InlineData("limit: §5%", "limit", "5")]
    public void ParsePlan_PercentageWhereMoneyIsNeeded_IsRefused(string field, string path, string hint) =>
        Refused($"rate: 1%, {field}", path, "is a percentage", hint);

    [Theory]
    [InlineData("rate: 0.05")]
    [InlineData("rate: 5.00%")]
    [InlineData("quota: q, rate: 1%, threshold: 40")]
    public void ParsePlan_BothWritingsOfAShare_AreLegal(string field) =>
        Assert.True(PlanFormat.ParsePlan(Marked.Plan($"{{ component: a, {field} }}")).IsValid);

    private static void Refused(string field, string path, string message, string? hint)
    {
        var marked = Marked.From(Marked.Plan($"{{ component: a, {field} }}"));

        marked.IsOnlyError(PlanFormat.ParsePlan(marked.Text).Problems, "components[0]." + path, message, hint);
    }
}
