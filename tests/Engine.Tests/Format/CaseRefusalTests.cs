namespace Commission.Engine.Tests.Format;

/// <summary>One row for each thing that makes a conformance case illegal; § marks where.</summary>
public sealed class CaseRefusalTests
{
    private const string Plan =
        """{ "plan": "p", "currency": "USD", "effective": "2026-01-01", "pays": "monthly", """ +
        """ "components": [ { "component": "a", "quota": "q", "rate": "5%" } ] }""";

    public static TheoryData<string, string, string, string?> Cases => new()
    {
        { """§{ "plan": P, "assignment": A, "credits": [] }""", "id", "missing", null },
        { """§{ "id": "x", "assignment": A, "credits": [] }""", "", "fields plan, plans is missing", null },
        { """§{ "id": "x", "plan": P, "credits": [] }""", "assignment", "missing", null },
        { """§{ "id": "x", "plan": P, "assignment": A }""", "credits", "missing", null },
        {
            """{ "id": "x", "plan": P, "assignment": A, "credits": [], §"expects": {} }""",
            "expects", "no field", "expect"
        },
        {
            """{ "id": "x", "plan": P, §"plans": [P], "assignment": A, "credits": [] }""",
            "plans", "beside 'plan'", null
        },
        { """{ "id": "x", "plans": §[], "assignment": A, "credits": [] }""", "plans", "empty list", null },
        {
            """{ "id": "x", "plan": P, "assignment": { "plan": §"r" }, "credits": [] }""",
            "assignment.plan", "the plan is 'p'", "p"
        },
        {
            """{ "id": "x", "plan": P, "assignment": { "quotas": { "q": { "window": §"year", "amount": 5 } } }, """ +
            """ "credits": [] }""",
            "assignment.quotas.q.window", "has the window month", "month"
        },
    };

    public static TheoryData<string, string, string, string?> Credits => new()
    {
        { """§{ "credited": "2026-01-01", "role": "owner", "share": "100%" }""", "[0].deal", "missing", null },
        { """§{ "deal": "d", "role": "owner", "share": "100%" }""", "[0].credited", "missing", null },
        { """§{ "deal": "d", "credited": "2026-01-01", "share": "100%" }""", "[0].role", "missing", null },
        { """§{ "deal": "d", "credited": "2026-01-01", "role": "owner" }""", "[0].share", "missing", null },
        { """{ DEAL, "role": §"owners", "share": "100%" }""", "[0].role", "none of owner", "owner" },
        { """{ DEAL, "role": "team", "share": §"101%" }""", "[0].share", "between 0% and 100%", null },
        { """{ DEAL, "role": "team", "share": §"-1%" }""", "[0].share", "between 0% and 100%", null },
        { """{ DEAL, "role": "team", "share": §"50" }""", "[0].share", "between 0% and 100%", "50%" },
        { """{ DEAL, "role": "team", "share": "1", "amount": §"5%" }""", "[0].amount", "is a percentage", "5" },
        { """{ DEAL, "role": "team", "share": "1", "fields": { "a": §[] } }""", "[0].fields.a", "single value", null },
        {
            """{ DEAL, "role": "team", "share": "1", "fields": { §"deal": 5 } }""",
            "[0].fields.deal", "own figure", null
        },
        { """{ DEAL, "role": "team", "share": "1", §"currency": "EUR" }""", "[0].currency", "no field", "share" },
        {
            """{ DEAL, "role": "team", "share": "1" }, §{ DEAL, "role": "owner", "share": "1", "amount": 5 }""",
            "[1]", "says other things of the deal 'd'", null
        },
    };

    public static TheoryData<string, string, string, string?> Expects => new()
    {
        { """{ §"window": [] }""", ".window", "no field", "windows" },
        {
            """{ "statements": [ { "period": "2026-01" }, { "period": "2026-02" }, { "period": §"2026-01" } ] }""",
            ".statements[2].period", "another statement above is of the period '2026-01'", null
        },
        { """{ "windows": [ §{ "window": "2026-01" } ] }""", ".windows[0].component", "missing", null },
        {
            """{ "windows": [ { "component": §"b", "window": "2026-01" } ] }""",
            ".windows[0].component", "no component 'b'", "a"
        },
        {
            """{ "windows": [ { "component": "a", "window": §"2026-Q7" } ] }""",
            ".windows[0].window", "no window", "2026-Q1"
        },
        {
            """{ "windows": [ { "component": "a", "window": "2026", "earned": §"x" } ] }""",
            ".windows[0].earned", "number", null
        },
        { """{ "statements": [ §{ "paid": "5" } ] }""", ".statements[0].period", "missing", null },
        {
            """{ "statements": [ { "period": "2026-01", §"balance": "5" } ] }""",
            ".statements[0].balance", "no field", "draw-balance"
        },
        { """{ "deals": [ { "deal": §"dd", "component": "a" } ] }""", ".deals[0].deal", "no deal 'dd'", "d" },
        {
            """{ "deals": [ { "deal": "d", "component": §"aa" } ] }""",
            ".deals[0].component", "no component 'aa'", "a"
        },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void ParseCases_IllegalCase_IsRefusedOnceWhereItIsWrong(
        string text, string path, string message, string? hint)
    {
        var written = text.Replace("\"assignment\": A", "\"assignment\": {}", StringComparison.Ordinal)
            .Replace("P,", Plan + ",", StringComparison.Ordinal).Replace("[P]", $"[{Plan}]", StringComparison.Ordinal);
        var marked = Marked.From(written);

        marked.IsOnlyError(PlanFormat.ParseCases(marked.Text).Problems, path, message, hint);
    }

    [Theory]
    [MemberData(nameof(Credits))]
    public void ParseCases_IllegalCredit_IsRefusedOnceWhereItIsWrong(
        string credits, string path, string message, string? hint)
    {
        var written = credits.Replace("DEAL", """ "deal": "d", "credited": "2026-01-01" """, StringComparison.Ordinal);
        var marked = Marked.From(
            $$"""[{ "id": "x", "plan": {{Plan}}, "assignment": {}, "credits": [ {{written}} ] }]""");

        marked.IsOnlyError(PlanFormat.ParseCases(marked.Text).Problems, "[0].credits" + path, message, hint);
    }

    [Theory]
    [MemberData(nameof(Expects))]
    public void ParseCases_IllegalExpect_IsRefusedOnceWhereItIsWrong(
        string expect, string path, string message, string? hint)
    {
        const string Credit = """{ "deal": "d", "credited": "2026-01-01", "role": "owner", "share": "100%" }""";
        var marked = Marked.From(
            $$"""{ "id": "x", "plan": {{Plan}}, "assignment": {}, "credits": [{{Credit}}], "expect": {{expect}} }""");

        marked.IsOnlyError(PlanFormat.ParseCases(marked.Text).Problems, "expect" + path, message, hint);
    }

    [Fact]
    public void ParseCases_SameIdTwice_IsRefused()
    {
        var one = $$"""{ "id": "x", "plan": {{Plan}}, "assignment": {}, "credits": [] }""";

        var parsed = PlanFormat.ParseCases($"[{one}, {one}]");

        var error = Assert.Single(parsed.Problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal("[1].id", error.Path);
        Assert.Empty(parsed.Value);
    }

    [Fact]
    public void ParseCases_SeveralVersions_AreOrderedByDay()
    {
        var later = Plan.Replace("2026-01-01", "2026-07-01", StringComparison.Ordinal);

        var parsed = PlanFormat.ParseCases(
            $$"""{ "id": "x", "plans": [ {{later}}, {{Plan}} ], "assignment": {}, "credits": [] }""");

        Assert.Equal(
            [new DateOnly(2026, 1, 1), new DateOnly(2026, 7, 1)],
            parsed.Value[0].Plans.Select(plan => plan.Effective));
        Assert.Equal("p", parsed.Value[0].Assignment.Plan);
    }

    [Fact]
    public void ParseCases_SameRoleTwice_HasTheLargerShareOnce()
    {
        const string Credit = """{ "deal": "d", "credited": "2026-01-01", "role": "team", "share": "S" }""";
        var (small, large) = (Credit.Replace("S", "20%"), Credit.Replace("S", "60%"));

        var parsed = PlanFormat.ParseCases(
            $$"""{ "id": "x", "plan": {{Plan}}, "assignment": {}, "credits": [ {{small}}, {{large}}, {{small}} ] }""");

        var credit = Assert.Single(parsed.Value[0].Credits);
        Assert.Equal([new RoleShare(CreditRole.Team, 0.6m)], credit.Roles);
    }
}
