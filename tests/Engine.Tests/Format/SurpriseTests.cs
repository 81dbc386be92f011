namespace Commission.Engine.Tests.Format;

/// <summary>More of what is legal but may surprise, each with what is like it and does not; § marks where.</summary>
public sealed class SurpriseTests
{
    public static TheoryData<string, string, string, string?> Components => new()
    {
        { "§component: §a", "component", "pays nothing, has no quota", null },
        { "quota: §q, rate: 1%", "quota", "nothing follows from the quota", null },
        { "rate: §0%", "rate", "zero pays nothing", null },
        { "measure: quantity, per-unit: §0", "per-unit", "zero pays nothing", null },
        { "rate: 1%, limit: §0", "limit", "no deal counts", null },
        { "rate: 1%, cap: §0", "cap", "nothing is ever paid", null },
        { "rate: 1%, cap: §50, floor: 50", "cap", "is also the floor", null },
        { "§floor: 50", "floor", "though the component pays nothing else", null },
        { "rate: 1%, §at-bound: lower", "at-bound", "has a bound", null },
        { "quota: q, rate: 1%, threshold: §0%", "threshold", "always reached", null },
        { "rate: 1%, threshold: §0", "threshold", "always reached", null },
        { "quota: q, rate: 1%, gate: { component: a, from: §0% }", "gate.from", "always reached", null },
        { "GATED, rate: 1%, threshold: §0.4", "threshold", "carry a per-cent sign", "40%" },
        {
            "GATED, tiers: [ { from: 0, rate: 1% }, { from: 0.5, rate: 2% }, { from: §1, rate: 3% } ]",
            "tiers[2].from", "carry a per-cent sign", "100%"
        },
        { "measure: deals, §rate: 5%", "rate", "pays for each", "per-unit" },
        { "measure: quantity, tiers: [ { from: 0, §rate: 5% } ]", "tiers[0].rate", "pays for each", "per-unit" },
        { "§per-unit: 50", "per-unit", "pays 50 for each unit of money", "rate" },
        { "measure: margin, tiers: [ { from: 0, §per-unit: 5 } ]", "tiers[0].per-unit", "a rate is a share", "rate" },
        { "tiers: §[ { from: 0, rate: 0% }, { from: 9, rate: 0% } ]", "tiers", "every tier pays nothing", null },
        {
            "cap: 100, tiers: [ { from: 0, rate: 10% }, §{ from: 1000, rate: 20% } ]",
            "tiers[1]", "cap of 100 is reached before", null
        },
        {
            "cap: 250, tiers: [ { from: 0, rate: 10% }, { from: 1000, rate: 15% }, §{ from: 2000, rate: 20% } ]",
            "tiers[2]", "cap of 250 is reached before", null
        },
        {
            "cap: 90, quota: q, "
            + "tiers: [ { from: 0%, amount: 40 }, { from: 50%, amount: 50 }, §{ from: 90%, rate: 2% } ]",
            "tiers[2]", "cap of 90 is reached before", null
        },
        {
            "window: deal, limit: 500, tiers: [ { from: 0, rate: 1% }, { from: §600, rate: 2% } ]",
            "tiers[1].from", "at most 500", null
        },
        {
            "window: deal, measure: deals, tiers: [ { from: 0, amount: 1 }, { from: §2, amount: 2 } ]",
            "tiers[1].from", "at most 1", null
        },
        { "window: deal, limit: 500, rate: 1%, threshold: §501", "threshold", "at most 500", null },
        {
            "quota: q, tiers-apply: whole, threshold: 50%, tiers: [ §{ from: 0%, rate: 1% }, { from: 50%, rate: 2% } ]",
            "tiers[0]", "never pays", null
        },
        {
            "quota: q, tiers-apply: whole, gate: { component: a, from: 60% }, "
            + "tiers: [ §{ from: 0%, rate: 1% }, { from: 50%, rate: 2% } ]",
            "tiers[0]", "never pays", null
        },
        {
            "quota: q, tiers-apply: whole, tiers: [ { from: 0%, rate: 2% }, §{ from: 50%, rate: 1% } ]",
            "tiers[1]", "one more unit pays less", null
        },
        {
            "tiers-apply: whole, tiers: [ { from: 0, rate: 1% }, §{ from: 1000, amount: 9 } ]",
            "tiers[1]", "one more unit pays less", null
        },
        {
            "quota: q, curve: { target: 9, points: [ { at: 0%, pay: 0% }, { at: 100%, pay: 90% }, "
            + "§{ at: 120%, pay: 80% } ] }",
            "curve.points[2]", "more attainment pays less", null
        },
        { "quota: q, curve: { target: §0, points: [ { at: 0%, pay: 9% } ] }", "curve.target", "target of zero", "rep" },
        {
            "quota: q, matrix: { target: 9, rows: { by: a, from: [0%] }, "
            + "columns: { by: §a, from: [0%] }, pay: [[1%]] }",
            "matrix.columns.by", "most cells are never reached", null
        },
        {
            "quota: q, rate: 1%, multiplier: { by: a, tiers: [ { from: 0%, factor: 2 }, §{ from: 90%, factor: 1 } ] }",
            "multiplier.tiers[1]", "one more unit pays less", null
        },
        {
            "quota: q, rate: 1%, multiplier: [ §{ by: a, tiers: [ { from: 0%, factor: 1 } ] } ]",
            "multiplier[0]", "no effect", null
        },
        {
            "quota: q, rate: 1%, multiplier: { by: a, points: [ { at: 0%, factor: §110 } ] }",
            "multiplier.points[0].factor", "110 times the whole", "110%"
        },
        { "rate: 1%, when: { size: §{ min: 5, max: 5 } }", "when.size", "only exactly 5", "5" },
        { "rate: 1%, when: { type: [new, old, §new] }", "when.type[2]", "twice", null },
        { "rate: 1%, when: { type: { not: [new, §new] } }", "when.type.not[1]", "twice", null },
        { "rate: 1%, when: { currency: [EUR, §usd] }", "when.currency[1]", "no currency in use", "USD" },
        { "rate: 1%, when: { currency: §Euro }", "when.currency", "no currency in use", "EUR" },
        { "rate: 1%, when: { credited: { max: §2025-12-31 } }", "when.credited.max", "from 2026-01-01 on", null },
    };

    public static TheoryData<string> Harmless =>
    [
        "quota: q",
        "quota: q, tiers: [ { from: 0%, rate: 1% }, { from: 100%, rate: 2% } ], cap: 5",
        "GATED, measure: deals, tiers: [ { from: 0, per-unit: 5 }, { from: 3, per-unit: 9 } ]",
        "GATED, rate: 1%, threshold: 40",
        "measure: quantity, per-unit: 50",
        "per-unit: 0.08",
        "tiers: [ { from: 0, rate: 2% }, { from: 10, rate: 1% } ]",
        "tiers-apply: whole, tiers: [ { from: 0, rate: 1% }, { from: 1000, amount: 10 } ]",
        "cap: 251, tiers: [ { from: 0, rate: 10% }, { from: 1000, rate: 15% }, { from: 2000, rate: 20% } ]",
        "cap: 100, quota: q, multiplier: { by: a, tiers: [ { from: 0%, factor: 0.5 } ] }, "
            + "tiers: [ { from: 0, rate: 10% }, { from: 1000, rate: 20% } ]",
        "window: deal, limit: 500, tiers: [ { from: 0, rate: 1% }, { from: 500, rate: 2% } ]",
        "limit: 500, tiers: [ { from: 0, rate: 1% }, { from: 600, rate: 2% } ]",
        "quota: q, threshold: 50%, tiers: [ { from: 0%, rate: 1% }, { from: 50%, rate: 2% } ]",
        "quota: q, rate: 1%, multiplier: { by: a, tiers: [ { from: 0%, factor: 0.5 }, { from: 90%, factor: 1 } ] }",
        "rate: 1%, when: { credited: { max: 2026-01-01 }, size: { min: 5, max: 6 }, currency: USD }",
        "rate: 1%, floor: 0",
    ];

    [Theory]
    [MemberData(nameof(Components))]
    public void ParsePlan_SurprisingComponent_HasOneWarningThere(
        string component, string path, string message, string? hint)
    {
        var written = component.StartsWith("§component: §", StringComparison.Ordinal)
            ? "component: §a"
            : "component: a, " + component;
        var marked = Marked.From(Plan(written));

        var parsed = PlanFormat.ParsePlan(marked.Text);

        Assert.NotNull(parsed.Value);
        var warning = Assert.Single(parsed.Problems);
        Assert.Equal(
            (ProblemSeverity.Warning, "components[0]." + path, marked.Line, marked.Column, hint),
            (warning.Severity, warning.Path, warning.Line, warning.Column, warning.Hint));
        Assert.Contains(message, warning.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [MemberData(nameof(Harmless))]
    public void ParsePlan_OrdinaryComponent_HasNoWarning(string component) =>
        Assert.Empty(PlanFormat.ParsePlan(Plan("component: a, " + component)).Problems);

    [Theory]
    [InlineData("component: §b, title: B, rate: 1%, when: { type: x }", "component", "the same as the component 'a'")]
    [InlineData(
        "component: b, quota: §q, window: year, rate: 1%, threshold: 5%", "quota", "no assignment can give it both")]
    public void ParsePlan_TwoComponents_AreComparedWithEachOther(string second, string path, string message)
    {
        const string Twin = "{ component: a, when: { type: x }, rate: 1% }";
        var marked = Marked.From(Marked.Plan(
            Twin, "{ component: c, quota: q, rate: 1%, threshold: 5% }", $"{{ {second} }}"));

        var warning = Assert.Single(PlanFormat.ParsePlan(marked.Text).Problems);

        Assert.Equal(
            ("components[2]." + path, marked.Line, marked.Column), (warning.Path, warning.Line, warning.Column));
        Assert.Contains(message, warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParsePlan_DrawOfZero_HasAWarning()
    {
        var marked = Marked.From(
            Marked.Plan("{ component: a, rate: 1% }") + "\ndraw: { amount: §0, recoverable: true }");

        var warning = Assert.Single(PlanFormat.ParsePlan(marked.Text).Problems);

        Assert.Equal(("draw.amount", marked.Line, marked.Column), (warning.Path, warning.Line, warning.Column));
    }

    [Theory]
    [InlineData("to: 2026-06-30, prorate: §days", "prorate", "not the bounds of 'a'")]
    [InlineData("quotas: { q: { window: quarter, amounts: { §2025-Q4: 1, 2026-Q1: 1 } } }",
        "quotas.q.amounts.2025-Q4", "outside of the assignment")]
    [InlineData("quotas: { q: { window: quarter, amounts: §{ 2026-Q1: 1, 2026-Q3: 1 } } }",
        "quotas.q.amounts", "does not name 2026-Q2")]
    [InlineData("to: 2026-06-30, quotas: { q: { window: quarter, amounts: §{ 2026-Q1: 1 } } }",
        "quotas.q.amounts", "does not name 2026-Q2")]
    public void ParseCases_AssignmentThatLacksSomething_HasAWarning(string assignment, string path, string message)
    {
        var quota = assignment.Contains("quotas", StringComparison.Ordinal)
            ? ""
            : ", quotas: { q: { window: quarter, amount: 1 } }";
        var window = quota.Length > 0 ? "year, tiers: [ { from: 0, rate: 1% }, { from: 5000, rate: 2% } ]" : "quarter";
        var marked = Marked.From(
            "id: x\nplan: { plan: p, currency: USD, effective: 2026-01-01, pays: monthly, components: [ "
            + $"{{ component: q, window: quarter, quota: q }}, {{ component: a, window: {window} }}, "
            + "{ component: b, rate: 1%, window: quarter, gate: { component: q, from: 50% } } ] }\n"
            + $"assignment: {{ from: 2026-01-01, {assignment}{quota} }}\ncredits: []");

        var parsed = PlanFormat.ParseCases(marked.Text);

        Assert.True(parsed.IsValid);
        var warning = Assert.Single(
            parsed.Problems, problem => problem.Path.StartsWith("assignment", StringComparison.Ordinal));
        Assert.Equal(("assignment." + path, marked.Line), (warning.Path, warning.Line));
        Assert.Contains(message, warning.Message, StringComparison.OrdinalIgnoreCase);
    }

    private static string Plan(string component) => Marked.Plan($"{{ {component} }}")
        .Replace("GATED", "quota: q, gate: { component: a, from: 50% }", StringComparison.Ordinal);
}
