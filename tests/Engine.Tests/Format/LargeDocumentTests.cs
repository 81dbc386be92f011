using System.Globalization;
using System.Text;

namespace Commission.Engine.Tests.Format;

/// <summary>
/// Documents as large as they may be. Each would take hours if any step's work grew with the square of its size.
/// </summary>
public sealed class LargeDocumentTests
{
    private const int Count = 100_000;

    private const string Plan =
        """{ "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly", """ +
        """ "components": [ { "component": "a", "rate": "5%" } ] }""";

    [Fact]
    public void ParseCases_HundredThousandCredits_AreAllRead()
    {
        var parsed = PlanFormat.ParseCases(Case(i =>
            $$"""{"deal":"d{{i}}","credited":"2026-01-15","role":"owner","share":"1","fields":{"type":"new" } }"""));

        Assert.Empty(parsed.Problems);
        Assert.Equal(Count, Assert.Single(parsed.Value).Credits.Length);
    }

    [Fact]
    public void ParseCases_HundredThousandErrors_AreCountedUpToTheBound()
    {
        var parsed = PlanFormat.ParseCases(Case(i =>
            $$"""{"deal":"d{{i}}","credited":"2026-02-30","role":"onwer","share":"x","amuont":"{{i}}"}"""));

        Assert.False(parsed.IsValid);
        Assert.Equal(1_000, parsed.Problems.Length);
    }

    [Fact]
    public void ParsePlan_ManyComponentsThatReferToEachOther_AreAllChecked()
    {
        const int Components = 5_000;
        var text = new StringBuilder("plan: p\ncurrency: USD\neffective: 2026-01-01\npays: monthly\ncomponents:\n");
        for (var i = 0; i < Components; i++)
        {
            var gate = $"{{ component: c{Components - 1 - i}, from: 1% }}";
            text.Append(CultureInfo.InvariantCulture,
                $"- {{ component: c{i}, quota: q, rate: {i + 1}%, gate: {gate} }}\n");
        }

        var plan = PlanFormat.ParsePlan(text.ToString()).Value;

        Assert.Equal(Components, plan?.Components.Length);
    }

    [Fact]
    public void ParsePlan_ManyTiers_AreAllChecked()
    {
        const int Tiers = 20_000;
        var tiers = string.Join(", ", Enumerable.Range(0, Tiers).Select(i => $"{{ from: {i * 1000}, rate: 1% }}"));

        var plan = PlanFormat.ParsePlan(Marked.Plan($"{{ component: a, cap: 99999999, tiers: [ {tiers} ] }}")).Value;

        Assert.Equal(Tiers, Assert.IsType<Pay.Tiered>(plan?.Components[0].Pay).Tiers.Length);
    }

    private static string Case(Func<int, string> credit)
    {
        var credits = string.Join(",\n", Enumerable.Range(0, Count).Select(credit));
        return $$"""{ "id": "x", "plan": {{Plan}}, "assignment": {}, "credits": [ {{credits}} ] }""";
    }
}
