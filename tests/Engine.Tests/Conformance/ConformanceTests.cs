using System.Globalization;
using System.Text.Json;

namespace Commission.Engine.Tests.Conformance;

public sealed class ConformanceTests
{
    public static TheoryData<string> Ids() => [.. CaseReader.ReadAll().Select(entry => entry.Id)];

    private static readonly Lazy<Dictionary<string, EngineCase>> Cases =
        new(() => CaseReader.ReadAll().ToDictionary(entry => entry.Id));

    [Fact]
    public void Cases_AllFiles_Are460() => Assert.Equal(460, Cases.Value.Count);

    [Theory]
    [MemberData(nameof(Ids))]
    public void Evaluator_Case_GivesThePublishedFigures(string id)
    {
        var example = Cases.Value[id];
        var result = Evaluator.Evaluate([example.Assignment], example.Credits, CurrencyRates.None);
        Assert.Equal(string.Empty, string.Join('\n', Differences(example.Expect, result)));
    }

    private static IEnumerable<string> Differences(JsonElement expect, Evaluation result) =>
        Windows(expect, result).Concat(Statements(expect, result)).Concat(Deals(expect, result));

    private static IEnumerable<string> Windows(JsonElement expect, Evaluation result)
    {
        foreach (var row in Rows(expect, "windows"))
        {
            var found = result.Windows.FirstOrDefault(window =>
                window.Component == CaseReader.Text(row, "component") && window.Window == CaseReader.Text(row, "window"));
            if (found is null)
            {
                yield return $"missing window {row}";
                continue;
            }

            if (Differs(row, "credited", found.Credited) || Differs(row, "earned", found.Earned) ||
                Differs(row, "attainment", found.Attainment, 6))
            {
                yield return $"{row} but {found}";
            }
        }
    }

    private static IEnumerable<string> Statements(JsonElement expect, Evaluation result)
    {
        foreach (var row in Rows(expect, "statements"))
        {
            var found = result.Statements.FirstOrDefault(
                statement => statement.Statement.Period == CaseReader.Text(row, "period"));
            if (found is null)
            {
                yield return $"missing statement {row}";
                continue;
            }

            var statement = found.Statement;
            if (Differs(row, "earned", statement.Earned) || Differs(row, "paid", statement.Paid) ||
                Differs(row, "draw-balance", statement.DrawBalance))
            {
                yield return $"{row} but {statement}";
            }
        }
    }

    private static IEnumerable<string> Deals(JsonElement expect, Evaluation result)
    {
        foreach (var row in Rows(expect, "deals"))
        {
            var found = result.Deals.FirstOrDefault(deal => deal.Deal == CaseReader.Text(row, "deal"));
            var part = found?.Components.FirstOrDefault(
                component => component.Component == CaseReader.Text(row, "component"));
            if (part is not { Component: not null } known || Differs(row, "earned", known.Earned))
            {
                yield return $"{row} but {part}";
            }
        }
    }

    private static IEnumerable<JsonElement> Rows(JsonElement expect, string table) =>
        expect.TryGetProperty(table, out var rows) ? rows.EnumerateArray() : Enumerable.Empty<JsonElement>();

    private static bool Differs(JsonElement row, string name, decimal? value, int digits = 28)
    {
        if (!row.TryGetProperty(name, out var text))
        {
            return false;
        }

        var wanted = decimal.Parse(CaseReader.Text(text), CultureInfo.InvariantCulture);
        return value is not { } known ||
            (digits == 28 ? wanted != known : decimal.Round(wanted, digits) != decimal.Round(known, digits));
    }
}
