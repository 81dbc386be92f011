using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Commission.Guide;

namespace Commission.Engine.Tests.Guide;

/// <summary>Every block of the plan format's guide is what it says.</summary>
public sealed partial class GuideCaseTests
{
    private static readonly string[] Kinds =
    [
        "yaml", "yaml warned", "json", "yaml plan", "yaml plan warned", "yaml rep", "yaml refused", "yaml refused case",
        "yaml open", "yaml reps", "yaml territories", "yaml deal", "yaml exception", "yaml rates", "yaml differs",
        "console", "table",
    ];

    public static TheoryData<int> Cases() => Lines("yaml", "yaml warned", "json");

    public static TheoryData<int> Plans() => Lines("yaml plan", "yaml plan warned");

    public static TheoryData<int> Reps() => Lines("yaml rep");

    public static TheoryData<int> Refused() => Lines("yaml refused", "yaml refused case");

    [Fact]
    public void Guide_ItsBlocks_AreAllOfAKindThatIsTested()
    {
        Assert.DoesNotContain(GuideBlock.Guide, block => !Kinds.Contains(block.Info));
        Assert.True(Cases().Count >= 40);
    }

    [Fact]
    public void Guide_ItsOwnLinks_LeadToHeadings()
    {
        var text = File.ReadAllText(Path.Combine(GuideBlock.Repository, "docs", "plan-format.md"));
        var headings = Headings().Matches(text).Select(heading => Anchor(heading.Groups["title"].Value)).ToHashSet();
        var links = Links().Matches(text).Select(link => link.Groups["to"].Value).ToList();

        Assert.NotEmpty(links);
        Assert.Empty(links.Except(headings, StringComparer.Ordinal));
    }

    [Fact]
    public void Guide_EveryFieldOfItsTables_StandsInAnExample()
    {
        var examples = string.Concat(
            GuideBlock.Guide.Where(block => block.Info != "table").Select(block => block.Text));
        var fields = GuideBlock.Guide.Where(block => block.Info == "table").Select(block => block.Rows())
            .Where(rows => rows[0].Contains("field"))
            .SelectMany(rows => rows.Skip(1).Select(row => row[Array.IndexOf(rows[0], "field")]))
            .SelectMany(cell => Names().Matches(cell).Select(name => name.Groups["name"].Value))
            .ToHashSet(StringComparer.Ordinal);

        Assert.True(fields.Count > 60);
        Assert.DoesNotContain(fields, field =>
            !Regex.IsMatch(examples, $"\\b{field}\"?:", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Guide_ItsCases_HaveIdsOfTheirOwn()
    {
        var ids = Cases().SelectMany(row => Read(row.Data)).Select(one => one.Id).ToList();

        Assert.Equal(ids.Count, ids.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Guide_Case_GivesTheFiguresThatItShows(int line)
    {
        foreach (var example in Read(line))
        {
            var found = Engine.Conformance.Evaluate(example);

            Assert.True(Figures(example) > 0, $"{example.Id} expects nothing");
            Assert.Empty(Engine.Conformance.Differences(example, found));
            Assert.Equal(found.Deals.Select(deal => deal.Total), EarnedInBooks(example, found));
        }
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Guide_Plan_IsValid(int line)
    {
        var block = At(line);
        var parsed = PlanFormat.ParsePlan(block.Text);

        Assert.True(parsed.IsValid);
        Assert.Equal(block.Info == "yaml plan warned", parsed.Problems.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Reps))]
    public void Guide_Rep_IsValidAndFitsThePlan(int line)
    {
        var parsed = PlanFormat.ParseRep(At(line).Text);
        var plan = PlanFormat.ParsePlan(At((int)Plans().First().Data).Text).Value!;

        Assert.Empty(parsed.Problems);
        var own = parsed.Value!.Assignments.Where(assignment => assignment.Plan == plan.Id).ToList();
        Assert.NotEmpty(own);
        Assert.All(own, assignment => Assert.Empty(PlanFormat.Check(plan, assignment)));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Guide_DocumentWithErrors_IsRefused(int line)
    {
        var block = At(line);
        var valid = block.Info == "yaml refused"
            ? PlanFormat.ParsePlan(block.Text).IsValid
            : PlanFormat.ParseCases(block.Text).IsValid;

        Assert.False(valid);
    }

    [Fact]
    public void Guide_CaseWithAWrongFigure_Differs()
    {
        var block = GuideBlock.Guide.Single(one => one.Info == "yaml differs");
        var example = Assert.Single(PlanFormat.ParseCases(block.Text).Value);

        var difference = Assert.Single(
            Engine.Conformance.Differences(example, Engine.Conformance.Evaluate(example)));
        Assert.Equal((400m, 250m), (difference.Expected, difference.Found));
    }

    [Fact]
    public void Guide_UnassignedCredits_AreListed() =>
        Assert.Equal(["d1", "d4"], Evaluated("unassigned").Unassigned);

    [Theory]
    [InlineData("quota-ramp", "2026-Q3", "sales")]
    [InlineData("doubt-no-quota", "2026-01", "needs-it")]
    [InlineData("doubt-no-quota", "2026-01", "multiplied")]
    public void Guide_ComponentWithoutQuota_CarriesTheNotice(string id, string window, string component)
    {
        var row = Evaluated(id).Windows.Single(row => row.Window == window && row.Component == component);

        Assert.Equal(["no-quota"], row.Notices.Names());
    }

    [Fact]
    public void Guide_ComponentWithoutTarget_PaysNothingWithTheNotice()
    {
        var example = Case("target-of-the-rep");
        var assignment = example.Assignment with { Targets = example.Assignment.Targets.Clear() };

        var row = Engine.Conformance.Evaluate(example with { Assignment = assignment }).Windows.Single();

        Assert.Equal((0m, Notices.NoTarget), (row.Earned, row.Notices));
    }

    // As GitHub makes them.
    private static string Anchor(string title) => string.Concat(title.ToLowerInvariant()
        .Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-')
        .Select(letter => letter == ' ' ? '-' : letter));

    private static ConformanceCase Case(string id) =>
        Cases().SelectMany(row => Read(row.Data)).Single(one => one.Id == id);

    private static Evaluation Evaluated(string id) => Engine.Conformance.Evaluate(Case(id));

    private static ImmutableArray<ConformanceCase> Read(int line)
    {
        var block = At(line);
        var parsed = PlanFormat.ParseCases(block.Text);
        Assert.True(parsed.IsValid, string.Join('\n', parsed.Problems));
        Assert.Equal(block.Info == "yaml warned", parsed.Problems.Length > 0);
        return parsed.Value;
    }

    // The incremental books, fed in the reverse of the order written.
    private static IEnumerable<decimal> EarnedInBooks(ConformanceCase example, Evaluation found)
    {
        var books = new RepBooks([new PlanAssignment(example.Assignment, example.Plans)], CurrencyRates.None);
        foreach (var credit in example.Credits.Reverse())
        {
            books.Apply(credit);
        }

        return found.Deals.Select(deal => books.EarnedBy(deal.Deal)!.Total);
    }

    private static int Figures(ConformanceCase example) =>
        example.Expect is not { } expect
            ? 0
            : expect.Windows.Count(row => row.Earned is not null)
                + expect.Statements.Count(row => row.Earned is not null)
                + expect.Deals.Count(row => row.Earned is not null);

    private static GuideBlock At(int line) => GuideBlock.Guide.Single(block => block.Line == line);

    private static TheoryData<int> Lines(params string[] infos) =>
        [.. GuideBlock.Guide.Where(block => infos.Contains(block.Info)).Select(block => block.Line)];

    [GeneratedRegex("`(?<name>[a-z-]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();

    [GeneratedRegex("^##+ (?<title>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Headings();

    [GeneratedRegex(@"\]\(#(?<to>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();
}
