using System.Text;

namespace Commission.Engine.Tests.Format;

/// <summary>What is no document at all, and the parts of YAML that the format leaves out.</summary>
public sealed class SyntaxTests
{
    private const string Valid = """
        plan: ae
        currency: USD
        effective: 2026-01-01
        pays: monthly
        components:
          - { component: a, rate: 5% }
        """;

    public static TheoryData<string, string> Broken => new()
    {
        { "plan: ae\n  §currency: USD", "" },
        { Valid + "\n§---\nplan: b", "a second document" },
        { "§<<: { plan: ae }", "merge keys" },
        { "plan: §!!str ae", "tags" },
        { "plan: §*id", "no complete anchor '&id'" },
        { "a: &a [ §*a ]", "no complete anchor '&a'" },
        { "§? [a]\n: 5", "a field's name must be text" },
        { "plan: §\"a\\0b\"", "control character" },
        { "{ \"plan\": §\"a\\u0000b\" }", "control character" },
        { "{ \"plan\": §\"\\ud800\" }", "half of a character" },
        { "{ \"plan\": \"ae\",\n  \"title\": \"x\" §] }", "" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void ParsePlan_BrokenText_PointsAtTheLine(string text, string message)
    {
        var marked = Marked.From(text);

        var parsed = PlanFormat.ParsePlan(marked.Text);

        Assert.False(parsed.IsValid);
        Assert.Contains(parsed.Problems, problem =>
            problem.Line == marked.Line && problem.Message.Contains(message, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void ParsePlan_NestedTooDeep_IsRefused(char bracket)
    {
        var text = bracket == '[' ? new string('[', 5_000) : string.Concat(Enumerable.Repeat("{\"a\":", 5_000));

        var problem = Assert.Single(PlanFormat.ParsePlan(text).Problems);

        Assert.Contains("nested more than", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParsePlan_BlockNestedTooDeep_IsRefused()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            text.Append(' ', i).Append("a:\n");
        }

        var problem = Assert.Single(PlanFormat.ParsePlan(text.ToString()).Problems);

        Assert.Contains("nested more than", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParsePlan_AliasesThatMultiply_AreRefusedBeforeTheyGrow()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 30; i++)
        {
            var aliases = string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10));
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [{aliases}]\n");
        }

        var problem = Assert.Single(PlanFormat.ParsePlan(text.ToString()).Problems);

        Assert.Contains("more than 2000000 values", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ParsePlan_Alias_RepeatsItsAnchor()
    {
        const string Text = """
            plan: ae
            currency: USD
            effective: 2026-01-01
            pays: monthly
            components:
              - { component: a, tiers: &shared [ { from: 0, rate: 5% }, { from: 10, rate: 6% } ] }
              - { component: b, tiers: *shared }
            """;

        var plan = PlanFormat.ParsePlan(Text).Value;

        var tiers = Assert.IsType<Pay.Tiered>(plan?.Components[1].Pay);
        Assert.Equal(2, tiers.Tiers.Length);
    }

    [Fact]
    public void ParsePlan_ManyErrors_AreBounded()
    {
        var text = Valid + "\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"unknown{i}: 1\n"));

        var parsed = PlanFormat.ParsePlan(text);

        Assert.False(parsed.IsValid);
        Assert.Equal(1_000, parsed.Problems.Length);
    }

    [Fact]
    public void ParsePlan_WarningsBeforeAnError_NeverHideIt()
    {
        var whole = string.Join(", ", Enumerable.Range(0, 2_000).Select(i => $"{{ from: {i}, rate: {3_000 - i}% }}"));
        var text = Valid + $"\n  - {{ component: b, tiers-apply: whole, tiers: [ {whole} ] }}\n  - {{ component: a }}";

        var parsed = PlanFormat.ParsePlan(text);

        Assert.Contains(parsed.Problems, problem => problem.Severity == ProblemSeverity.Error);
    }

    [Fact]
    public void ParsePlan_JsonAndYaml_MeanTheSame()
    {
        const string Json = """
            { "plan": "ae", "currency": "USD", "effective": "2026-01-01", "pays": "monthly",
              "components": [ { "component": "a", "rate": "5%", "cap": 12.50 } ] }
            """;

        var json = PlanFormat.ParsePlan(Json).Value;
        var yaml = PlanFormat.ParsePlan(Valid.Replace("5% }", "5%, cap: 12.5 }", StringComparison.Ordinal)).Value;

        Assert.Equal(yaml?.Components[0].Pay, json?.Components[0].Pay);
        Assert.Equal(12.5m, json?.Components[0].Cap);
        Assert.Equal(yaml?.Components[0].Cap, json?.Components[0].Cap);
    }

    [Fact]
    public void ParsePlan_ByteOrderMarkAndWindowsLines_AreNoMatter() =>
        Assert.True(PlanFormat.ParsePlan("\uFEFF" + Valid.Replace("\n", "\r\n", StringComparison.Ordinal)).IsValid);

    [Fact]
    public void ParsePlan_JsonBeyondAscii_CountsColumnsInUtf16()
    {
        var marked = Marked.From("{ \"plan\": \"ae\", \"title\": \"é€😀\", §\"curency\": \"USD\" }");

        var problem = PlanFormat.ParsePlan(marked.Text).Problems.First(one => one.Path == "curency");

        Assert.Equal((marked.Line, marked.Column), (problem.Line, problem.Column));
    }
}
