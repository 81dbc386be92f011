namespace Commission.Engine.Tests.Format;

/// <summary>What changed from one plan document to another.</summary>
public sealed class PlanDiffTests
{
    private const string Plan = """
        plan: p
        currency: USD
        effective: 2026-01-01
        pays: monthly
        components:
          - component: a
            credit: [owner]
            quota: q
            tiers:
              - { from: 0%, rate: 5% }
              - { from: 100%, rate: 10% }
          - component: b
            rate: 1%
        """;

    [Fact]
    public void Between_TheSameWrittenOtherwise_IsNothing()
    {
        var other = Plan.Replace("rate: 5%", "rate: 0.05", StringComparison.Ordinal)
            .Replace("[owner]", "owner", StringComparison.Ordinal)
            .Replace("plan: p\n", "# as agreed\nplan: 'p'\n", StringComparison.Ordinal);

        Assert.Empty(PlanDiffs.Between(Plan, other));
        Assert.Empty(PlanDiffs.Between(Plan, """
            { "components": [ { "component": "b", "rate": "1%" },
                { "tiers": [ { "rate": "5%", "from": "0%" }, { "from": "100%", "rate": "10%" } ],
                  "component": "a", "credit": [ "owner" ], "quota": "q" } ],
              "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly" }
            """));
    }

    [Fact]
    public void Between_TwoVersions_NamesEachFieldOnce()
    {
        var other = Plan.Replace("2026-01-01", "2026-07-01", StringComparison.Ordinal)
            .Replace("rate: 10%", "rate: 12.5%", StringComparison.Ordinal)
            .Replace("    quota: q\n", "    quota: q\n    cap: 5000\n", StringComparison.Ordinal)
            .Replace("component: b\n    rate: 1%", "component: c\n    when: { type: [new] }\n    rate: 1%",
                StringComparison.Ordinal);

        Assert.Equal(
            [
                new PlanChange("effective", "2026-01-01", "2026-07-01"),
                new PlanChange("components[a].tiers[1].rate", "10%", "12.5%"),
                new PlanChange("components[a].cap", null, "5000"),
                new PlanChange("components[b]", "{ component: b, rate: 1% }", null),
                new PlanChange("components[c]", null, "{ component: c, when: { type: [new] }, rate: 1% }"),
            ],
            PlanDiffs.Between(Plan, other));
    }

    [Fact]
    public void Between_AListAndAValue_ShowsBoth()
    {
        var other = Plan.Replace("[owner]", "[owner, team]", StringComparison.Ordinal);

        Assert.Equal(
            [new PlanChange("components[a].credit[1]", null, "team")], PlanDiffs.Between(Plan, other));
        Assert.Equal(
            [new PlanChange("components[a].credit", "owner", "[owner, team]")],
            PlanDiffs.Between(Plan.Replace("[owner]", "owner", StringComparison.Ordinal), other));
    }

    [Fact]
    public void Between_WhatIsNoDocument_Throws() =>
        Assert.Throws<ArgumentException>(() => PlanDiffs.Between(Plan, "{ \"plan\": "));
}
