using Commission.Client.Text;
using Commission.Engine;

namespace Commission.Cli.Evaluating;

/// <summary>Compares a case's figures with what it expects: money exactly, attainment at 6 places.</summary>
internal static class CaseComparison
{
    private const int AttainmentPlaces = 6;

    public static IEnumerable<string> Differences(ConformanceCase example, Evaluation evaluation)
    {
        if (example.Expect is not { } expect)
        {
            return [];
        }

        return expect.Windows.SelectMany(expected => OfWindow(expected, evaluation))
            .Concat(expect.Statements.SelectMany(expected => OfStatement(expected, evaluation)))
            .Concat(expect.Deals.SelectMany(expected => OfDeal(expected, evaluation)));
    }

    private static IEnumerable<string> OfWindow(ExpectedWindow expected, Evaluation evaluation)
    {
        var place = $"{expected.Component} in {expected.Window}";
        var actual = evaluation.Windows.FirstOrDefault(window =>
            window.Component == expected.Component && window.Window == expected.Window);
        return actual is null
            ? [$"{place}: has no credits, so it was not computed"]
            : Compare(place, "credited", expected.Credited, actual.Credited)
                .Concat(Compare(place, "attainment", Round(expected.Attainment), Round(actual.Attainment)))
                .Concat(Compare(place, "earned", expected.Earned, actual.Earned));
    }

    private static IEnumerable<string> OfStatement(ExpectedStatement expected, Evaluation evaluation)
    {
        var place = $"statement {expected.Period}";
        var actual = evaluation.Statements.FirstOrDefault(statement => statement.Statement.Period == expected.Period);
        return actual is null
            ? [$"{place}: lies outside of the credits' periods, so there is none"]
            : Compare(place, "earned", expected.Earned, actual.Statement.Earned)
                .Concat(Compare(place, "paid", expected.Paid, actual.Statement.Paid))
                .Concat(Compare(place, "draw-balance", expected.DrawBalance, actual.Statement.DrawBalance));
    }

    private static IEnumerable<string> OfDeal(ExpectedDeal expected, Evaluation evaluation)
    {
        var place = $"deal {expected.Deal} in {expected.Component}";
        var deal = evaluation.Deals.FirstOrDefault(deal => deal.Deal == expected.Deal);
        var parts = deal?.Components.Where(part => part.Component == expected.Component).ToArray() ?? [];
        return parts.Length == 0
            ? [$"{place}: was not credited"]
            : Compare(place, "earned", expected.Earned, parts[0].Earned);
    }

    private static IEnumerable<string> Compare(string place, string figure, decimal? expected, decimal? actual)
    {
        if (expected is { } value && value != actual)
        {
            var found = actual is { } other ? Decimals.ToText(other) : "nothing";
            yield return $"{place}: {figure} is {found}, expected {Decimals.ToText(value)}";
        }
    }

    private static decimal? Round(decimal? value) =>
        value is { } number ? Math.Round(number, AttainmentPlaces, MidpointRounding.ToEven) : null;
}
