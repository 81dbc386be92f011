using System.Collections.Immutable;

namespace Commission.Engine.Tests.Format;

/// <summary>What is legal but may surprise; § marks where. None of it keeps a document from being used.</summary>
public sealed class WarningTests
{
    public static TheoryData<string, string, string, string?> Components => new()
    {
        { "{ component: a, tiers: §[ { from: 10, rate: 1% } ] }", "tiers", "below the first tier", null },
        { "{ component: a, rate: §5 }", "rate", "a plain 5 is 5 times the whole", "5%" },
        { "{ component: a, rate: 1%, §tiers-apply: whole }", "tiers-apply", "no effect without tiers", null },
        { "{ component: a, quota: q, §cap: 5 }", "cap", "only measures", null },
        {
            "{ component: a, tiers: [ { from: 0, amount: 50 } ], cap: §40 }",
            "cap", "first tier alone can pay 50", null
        },
        {
            "{ component: a, tiers: [ { from: 0, amount: 40.000001 } ], cap: §40 }",
            "cap", "first tier alone can pay 40.000001:", null
        },
        {
            "{ component: a, tiers: [ { from: 0, rate: 10% }, { from: 1000, rate: 20% } ], cap: §99 }",
            "cap", "first tier alone can pay 100", null
        },
        {
            "{ component: a, tiers-apply: whole, tiers: [ { from: 0, rate: 2% }, §{ from: 10, rate: 1% } ] }",
            "tiers[1]", "one more unit pays less", null
        },
        {
            "{ component: a, tiers-apply: whole, measure: quantity, "
            + "tiers: [ { from: 0, per-unit: 2 }, §{ from: 10, amount: 19 } ] }",
            "tiers[1]", "one more unit pays less", null
        },
        {
            "{ component: a, quota: q, rate: 1%, gate: { component: a, from: §80 } }",
            "gate.from", "a plain 80 is 80 times", "80%"
        },
    };

    public static TheoryData<string, string> Harmless => new()
    {
        { "measure: deals, tiers-apply: whole", "tiers: [ { from: 0, per-unit: 2 }, { from: 10, amount: 20 } ]" },
        { "tiers-apply: marginal", "tiers: [ { from: 0, rate: 2% }, { from: 10, rate: 1% } ]" },
        { "cap: 101", "tiers: [ { from: 0, rate: 10% }, { from: 1000, rate: 20% } ]" },
        { "cap: -5", "rate: -1%" },
        { "floor: -5", "rate: 1%" },
        { "when: { segment: '', region: ['', north] }", "rate: 1%" },
    };

    [Theory]
    [MemberData(nameof(Components))]
    public void ParsePlan_SurprisingComponent_IsLegalWithAWarning(
        string component, string path, string message, string? hint)
    {
        var marked = Marked.From(Marked.Plan(component));

        var parsed = PlanFormat.ParsePlan(marked.Text);

        Assert.True(parsed.IsValid);
        Assert.NotNull(parsed.Value);
        var warning = Assert.Single(parsed.Problems);
        Assert.Equal(
            ("components[0]." + path, marked.Line, marked.Column, hint),
            (warning.Path, warning.Line, warning.Column, warning.Hint));
        Assert.Contains(message, warning.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void ParsePlan_OrdinaryComponent_HasNoWarning(string one, string other) =>
        Assert.Empty(PlanFormat.ParsePlan(Marked.Plan($"{{ component: a, {one}, {other} }}")).Problems);

    [Theory]
    [InlineData("plan: ae\nfrom: 2026-01-01\nquotas: { q: { window: month, amount: §0 } }", "quotas.q.amount")]
    [InlineData("plan: ae\nfrom: 2026-01-01\nquotas: { q: { window: month, yearly: §0 } }", "quotas.q.yearly")]
    public void ParseAssignment_QuotaOfZero_IsLegalWithAWarning(string text, string path)
    {
        var marked = Marked.From(text);

        var parsed = PlanFormat.ParseAssignment(marked.Text);

        Assert.True(parsed.IsValid);
        var warning = Assert.Single(parsed.Problems);
        Assert.Equal((path, marked.Line, marked.Column), (warning.Path, warning.Line, warning.Column));
    }

    [Theory]
    [InlineData("{ AE, QUOTA, targets: { c: 5 } }", null, null)]
    [InlineData("{ plan: be, from: 2026-01-01, QUOTA, targets: { c: 5 } }", "plan", "ae")]
    [InlineData("{ AE, quotas: { q: { window: year, amount: 5 } }, targets: { c: 5 } }",
        "quotas.q.window", "month")]
    public void Check_PlanAndAssignment_FindsWhatContradicts(string assignment, string? path, string? hint)
    {
        var errors = Check(assignment).Where(problem => problem.Severity == ProblemSeverity.Error).ToList();

        Assert.Equal(path, errors.SingleOrDefault()?.Path);
        Assert.Equal(hint, errors.SingleOrDefault()?.Hint);
    }

    [Theory]
    [InlineData("{ AE, QUOTA }", "targets.c", null)]
    [InlineData("{ AE, targets: { c: 5 } }", "quotas.q", null)]
    [InlineData("{ plan: ae, from: 2025-01-01, to: 2025-06-30, QUOTA, targets: { c: 1 } }",
        "to", null)]
    [InlineData("{ AE, QUOTA, targets: { c: 1, d: 1 } }",
        "targets.d", "c")]
    public void Check_PlanAndAssignment_WarnsOfWhatIsMissingOrUnused(string assignment, string path, string? hint)
    {
        var warning = Assert.Single(Check(assignment));

        Assert.Equal((ProblemSeverity.Warning, path, hint), (warning.Severity, warning.Path, warning.Hint));
    }

    [Fact]
    public void Check_QuotaOfTheLastYear_HasNoWindowToSpeakOf() => Assert.Empty(Check(
        "{ AE, quotas: { q: { window: month, amounts: { 9999-12: 5 } } }, targets: { c: 1 } }"));

    private static ImmutableArray<Problem> Check(string assignment)
    {
        var plan = PlanFormat.ParsePlan(Marked.Plan(
            "{ component: c, quota: q, curve: { target: rep, points: [ { at: 0%, pay: 0% } ] } }")).Value;
        var written = assignment
            .Replace("QUOTA", "quotas: { q: { window: month, amount: 5 } }", StringComparison.Ordinal)
            .Replace("AE", "plan: ae, from: 2026-01-01", StringComparison.Ordinal);
        var parsed = PlanFormat.ParseAssignment(written).Value;
        return PlanFormat.Check(Assert.IsType<Plan>(plan), Assert.IsType<Assignment>(parsed));
    }
}
