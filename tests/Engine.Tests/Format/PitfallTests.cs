namespace Commission.Engine.Tests.Format;

/// <summary>What YAML and JSON do to those who know them a little; § marks the place of the error.</summary>
public sealed class PitfallTests
{
    private const string Head = "plan: ae\ncurrency: USD\neffective: 2026-01-01\npays: monthly\n";

    public static TheoryData<string, string, string, string?> Refused => new()
    {
        { "", "", "has no value", null },
        { "   \n\n", "", "has no value", null },
        { "# only a comment\n", "", "has no value", null },
        { "---\n§...\n", "", "has no value", null },
        { Head + "components:\n§\t- component: a", "", "tab", null },
        { Head + "draw: { amount: 5, recoverable: §no }\ncomponents: [ { component: a, rate: 1% } ]",
            "draw.recoverable", "none of true, false", "false" },
        { Head + "draw: { amount: 5, recoverable: §on }\ncomponents: [ { component: a, rate: 1% } ]",
            "draw.recoverable", "none of true, false", "true" },
        { Head + "draw: { amount: 5, recoverable: §False }\ncomponents: [ { component: a, rate: 1% } ]",
            "draw.recoverable", "none of true, false", "false" },
        { Head + "components:§", "components", "has no value", null },
        { Head + "components: §~", "components", "has no value", null },
        { Head + "components:\n  §component: a\n  rate: 5%", "components", "must be a list", null },
        { Head + "components:\n  - component: a\n    rate: §[5%]", "components[0].rate", "but is a list", null },
        { Head + "components:\n  - component: a\n    rate: 5%\n    §rate: 6%", "components[0].rate", "twice", null },
        { Head + "components:\n  - &a { component: a, rate: 5% }\n  - *b§", "", "no complete anchor '&b'", null },
        { Head + "pays:yearly§\ncomponents: []", "", "", null },
        { "{ \"plan\": \"ae\" \n §\"currency\": \"USD\" }", "", "", null },
        { "[ 1, 2 \n§", "", "", null },
        { "{ \"plan\": §'ae }", "", "", null },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void ParsePlan_Pitfall_IsRefusedInItsLine(string text, string path, string message, string? hint)
    {
        var marked = text.Contains('§', StringComparison.Ordinal) ? Marked.From(text) : new Marked(text, 1, 1);

        var error = PlanFormat.ParsePlan(marked.Text).Problems.First(problem => problem.Path == path);

        Assert.Equal((marked.Line, hint), (error.Line, error.Hint));
        Assert.Contains(message, error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("no")]
    [InlineData("on")]
    [InlineData("010")]
    [InlineData("1:30")]
    [InlineData("2026-01-01")]
    public void ParsePlan_WordThatYamlTakesForAnother_StaysText(string word)
    {
        var plan = PlanFormat.ParsePlan(
            Head + $"components: [ {{ component: a, rate: 1%, when: {{ country: {word} }} }} ]").Value;

        Assert.Equal([word], Assert.IsType<Matcher.OneOf>(plan?.Components[0].When[0]).Values);
    }

    [Theory]
    [InlineData("\uFEFF", "\n")]
    [InlineData("", "\r\n")]
    [InlineData("\uFEFF# a comment\n", "\r\n")]
    public void ParsePlan_MarkAndLineEnds_KeepLinesAndColumns(string before, string lineEnd)
    {
        var text = before + Marked.Plan("{ component: a, rat: 5% }").Replace("\n", lineEnd, StringComparison.Ordinal);

        var error = Assert.Single(PlanFormat.ParsePlan(text).Problems, problem => problem.Path == "components[0].rat");

        Assert.Equal((before.Contains('\n') ? 7 : 6, 21), (error.Line, error.Column));
    }
}
