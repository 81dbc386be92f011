namespace Commission.Engine.Tests.Format;

/// <summary>The way from a case's text to its figures, with the product's own reader.</summary>
public sealed class CaseEvaluationTests
{
    [Theory]
    [InlineData("published.json")]
    [InlineData("peers.json")]
    [InlineData("reference.json")]
    public void Evaluate_CaseFile_GivesTheExpectedFigures(string file)
    {
        var cases = PlanFormat.ParseCases(CaseFiles.Read(file)).Value;

        Assert.NotEmpty(cases);
        Assert.All(cases, one => Assert.Empty(Differences(one)));
    }

    private static IEnumerable<string> Differences(ConformanceCase one)
    {
        var result = Evaluator.Evaluate(
            [new PlanAssignment(one.Assignment, one.Plans)], one.Credits, CurrencyRates.None);
        return one.Expect is not { } expect
            ? []
            : expect.Windows.Where(window => !Holds(window, result)).Select(window => $"{one.Id}: {window}")
                .Concat(expect.Statements.Where(row => !Holds(row, result)).Select(row => $"{one.Id}: {row}"))
                .Concat(expect.Deals.Where(deal => !Holds(deal, result)).Select(deal => $"{one.Id}: {deal}"));
    }

    private static bool Holds(ExpectedWindow expect, Evaluation result) =>
        result.Windows.FirstOrDefault(
            one => one.Component == expect.Component && one.Window == expect.Window) is { } found
        && Same(expect.Credited, found.Credited) && Same(expect.Earned, found.Earned)
        && (expect.Attainment is null || (found.Attainment is { } attainment
            && decimal.Round(expect.Attainment.Value, 6) == decimal.Round(attainment, 6)));

    private static bool Holds(ExpectedStatement expect, Evaluation result) =>
        result.Statements.FirstOrDefault(one => one.Statement.Period == expect.Period) is { Statement: var found }
        && Same(expect.Earned, found.Earned) && Same(expect.Paid, found.Paid)
        && Same(expect.DrawBalance, found.DrawBalance);

    private static bool Holds(ExpectedDeal expect, Evaluation result) =>
        result.Deals.FirstOrDefault(one => one.Deal == expect.Deal) is { } found
        && found.Components.Any(part => part.Component == expect.Component && Same(expect.Earned, part.Earned));

    private static bool Same(decimal? expected, decimal? found) => expected is null || expected == found;
}
