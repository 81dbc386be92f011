using Commission.Engine.Tests.Format;

namespace Commission.Engine.Tests.Conformance;

public sealed class ConformanceTests
{
    private static readonly Dictionary<string, ConformanceCase> Examples =
        new[] { "published.json", "peers.json", "reference.json" }
            .SelectMany(file => PlanFormat.ParseCases(CaseFiles.Read(file)).Value)
            .ToDictionary(example => example.Id);

    public static TheoryData<string> Ids() => [.. Examples.Keys];

    [Fact]
    public void Cases_AllFiles_Are460() => Assert.Equal(460, Examples.Count);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Evaluator_Case_GivesThePublishedFigures(string id)
    {
        var example = Examples[id];
        Assert.Empty(Engine.Conformance.Differences(example, Engine.Conformance.Evaluate(example)));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Books_Case_GiveThePublishedFigures(string id)
    {
        var example = Examples[id];
        var books = new RepBooks([new PlanAssignment(example.Assignment, example.Plans)], CurrencyRates.None);
        foreach (var credit in example.Credits.OrderByDescending(credit => credit.Deal.Amount))
        {
            books.Apply(credit);
        }

        Assert.Empty(Engine.Conformance.Differences(example, Figures(books)));
    }

    [Fact]
    public void Differences_WrongFigures_AreEachNamed()
    {
        var example = Examples["random-1000200"];
        var found = Engine.Conformance.Evaluate(example);
        var first = found.Windows[0];
        var wrong = found with
        {
            Windows = found.Windows.SetItem(0, first with { Earned = first.Earned + 0.01m }),
            Statements = [],
        };
        var differences = Engine.Conformance.Differences(example, wrong);
        Assert.Contains(
            new Difference(
                "windows", $"{first.Component} {first.Window}", "earned", first.Earned, first.Earned + 0.01m),
            differences);
        Assert.Equal(
            example.Expect!.Statements.Length * 3, differences.Count(difference => difference.Table == "statements"));
    }

    // What the books say, in the shape of an evaluation.
    private static Evaluation Figures(RepBooks books)
    {
        var deals = books.Deals().Select(deal => books.EarnedBy(deal)!).ToList();
        var days = deals.Select(deal => deal.Credited).Distinct().ToList();
        var windows = days.SelectMany(day => books.Estimate(day)!.Components)
            .Where(part => part.Window.Kind != WindowKind.Deal)
            .Select(part => new WindowResult(0, string.Empty, part.Component, part.WindowName, part.Window.Start,
                part.Credited, part.Quota, part.Attainment, part.Earned, part.Notices));
        var statements = days.Count == 0 ? [] : books.Statements(days.Min(), days.Max());
        var currency = books.Assignments[0].Versions[0].Currency;
        return new Evaluation(
            [.. windows],
            [.. statements.Select(statement => new StatementResult(0, string.Empty, currency, statement))],
            [.. deals],
            books.Unassigned);
    }
}
