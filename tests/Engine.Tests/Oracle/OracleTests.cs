using System.Text.Json.Nodes;
using Commission.Engine.Tests.Format;

namespace Commission.Engine.Tests.Oracle;

public sealed class OracleTests
{
    [Theory]
    [InlineData("published.json", 72)]
    [InlineData("peers.json", 88)]
    [InlineData("reference.json", 300)]
    public void Oracle_Cases_GiveEveryPublishedFigure(string file, int count)
    {
        var examples = JsonNode.Parse(CaseFiles.Read(file))!.AsArray();
        Assert.Equal(count, examples.Count);
        var differences = examples.SelectMany(example => Differences(example!.AsObject())).OfType<string>();
        Assert.Equal([], differences);
    }

    private static IEnumerable<string?> Differences(JsonObject example)
    {
        var figures = new OracleWorld(example).Evaluate();
        var expect = example["expect"]!.AsObject();
        var where = example.Text("id");
        foreach (var wanted in expect.Objects("windows"))
        {
            var (component, window) = (wanted.Text("component"), wanted.Text("window"));
            var found = figures.Windows.SingleOrDefault(row => row.Component == component && row.Window == window);
            var at = $"{where} {component} {window}";
            yield return Difference($"{at} credited", wanted.Rational("credited"), found?.Credited);
            yield return Difference($"{at} earned", wanted.Rational("earned"), found?.Earned);
            yield return Difference(
                $"{at} attainment",
                wanted.Rational("attainment")?.Round(6, tiesToEven: true),
                found?.Attainment?.Round(6, tiesToEven: true));
        }

        foreach (var wanted in expect.Objects("statements"))
        {
            var found = figures.Statements.SingleOrDefault(row => row.Period == wanted.Text("period"));
            var at = $"{where} {wanted.Text("period")}";
            yield return Difference($"{at} earned", wanted.Rational("earned"), found?.Earned);
            yield return Difference($"{at} paid", wanted.Rational("paid"), found?.Paid);
            yield return Difference($"{at} balance", wanted.Rational("draw-balance"), found?.DrawBalance);
        }

        foreach (var wanted in expect.Objects("deals"))
        {
            var (deal, component) = (wanted.Text("deal"), wanted.Text("component"));
            var found = figures.Deals.SingleOrDefault(row => row.Deal == deal && row.Component == component);
            yield return Difference($"{where} {deal} {component}", wanted.Rational("earned"), found?.Earned);
        }
    }

    private static string? Difference(string what, Rational? wanted, Rational? found) =>
        wanted is null || wanted.Equals(found) ? null : $"{what}: {wanted}, not {found}";
}
