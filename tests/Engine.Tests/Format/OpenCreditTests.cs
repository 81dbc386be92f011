namespace Commission.Engine.Tests.Format;

public sealed class OpenCreditTests
{
    public static TheoryData<string, string, string, string?> Refused => new()
    {
        {
            """{ DEAL, "role": "team", "share": "1", "probability": §"60" }""",
            "[0].probability", "a probability lies between 0% and 100%", "60%"
        },
        { """{ DEAL, "role": "team", "share": "1", "probability": §"-1%" }""", "[0].probability", "between 0%", null },
        { """{ DEAL, "role": "team", "share": "1", "probability": §"so" }""", "[0].probability", "not a number", null },
        { """{ DEAL, "role": "team", "share": §"70" }""", "[0].share", "a share lies between 0% and 100%", "70%" },
        {
            """{ DEAL, "role": "team", "share": "1", §"probabilty": "60%" }""",
            "[0].probabilty", "no field", "probability"
        },
        {
            """{ DEAL, "role": "team", "share": "1" }, §{ DEAL, "role": "owner", "share": "1", "probability": "5%" }""",
            "[1]", "says other things of the deal 'd'", null
        },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void ParseOpenCredits_IllegalCredit_IsRefusedOnceWhereItIsWrong(
        string credits, string path, string message, string? hint)
    {
        var written = credits.Replace("DEAL", """ "deal": "d", "credited": "2026-01-01" """, StringComparison.Ordinal);
        var marked = Marked.From($"[ {written} ]");

        var parsed = PlanFormat.ParseOpenCredits(marked.Text);

        marked.IsOnlyError(parsed.Problems, path, message, hint);
        Assert.Empty(parsed.Value);
    }

    [Fact]
    public void ParseOpenCredits_NoUtf8_IsRefusedWithItsPlace()
    {
        const string Text = """
            - { deal: a, credited: 2026-04-10, role: owner, share: 100% }
            - { deal: Café, credited: 2026-05-10, role: owner, share: 100% }
            """;

        var parsed = PlanFormat.ParseOpenCredits(System.Text.Encoding.Latin1.GetBytes(Text));

        var error = Assert.Single(parsed.Problems);
        Assert.Equal((2, 14), (error.Line, error.Column));
        Assert.Contains(
            $"0xE9 (at offset {Text.IndexOf('é', StringComparison.Ordinal)} ", error.Message, StringComparison.Ordinal);
        Assert.True(PlanFormat.ParseOpenCredits(System.Text.Encoding.UTF8.GetBytes(Text)).IsValid);
    }

    [Fact]
    public void ParseOpenCredits_List_IsOpenWithProbabilities()
    {
        var parsed = PlanFormat.ParseOpenCredits("""
            - { deal: a, credited: 2026-04-10, role: owner, share: 100%, amount: 500, probability: 60% }
            - { deal: a, credited: 2026-04-10, role: team, share: 50%, amount: 500, probability: 60% }
            - { deal: b, credited: 2026-05-10, role: owner, share: 100%, margin: 7, fields: { type: new } }
            """);

        Assert.True(parsed.IsValid);
        Assert.Equal(["a", "b"], parsed.Value.Select(credit => credit.Deal.Id));
        Assert.All(parsed.Value, credit => Assert.Equal(DealStatus.Open, credit.Deal.Status));
        Assert.Equal([0.6m, null], parsed.Value.Select(credit => credit.Deal.Probability));
        Assert.Equal(2, parsed.Value[0].Roles.Length);
    }

    [Fact]
    public void ParseCases_CreditWithProbability_IsRefused()
    {
        var parsed = PlanFormat.ParseCases("""
            { id: x, plan: { plan: p, currency: USD, effective: 2026-01-01, pays: monthly,
              components: [ { component: a, rate: 5% } ] }, assignment: {},
              credits: [ { deal: d, credited: 2026-01-01, role: owner, share: 1, probability: 5% } ] }
            """);

        Assert.Contains(parsed.Problems, problem => problem.Path == "credits[0].probability");
    }
}
