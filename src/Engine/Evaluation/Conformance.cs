using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A figure that is not what a conformance case expects.</summary>
/// <param name="Table"><c>windows</c>, <c>statements</c> or <c>deals</c>.</param>
/// <param name="Row">Which row, in words.</param>
/// <param name="Field">Which figure of it.</param>
/// <param name="Expected">What the case says.</param>
/// <param name="Found">What was computed; null where there is no such row or figure.</param>
public sealed record Difference(string Table, string Row, string Field, decimal Expected, decimal? Found)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var found = Found is { } value ? Text(value) : "nothing";
        return $"{Table}: {Row}: {Field}: expected {Text(Expected)}, found {found}";
    }

    private static string Text(decimal value) =>
        DecimalText.Of(value);
}

/// <summary>Evaluates conformance cases, and compares the figures with those expected.</summary>
public static class Conformance
{
    private const int AttainmentPlaces = 6;

    /// <summary>Evaluates a case: statements from the period of its first credit to that of its last.</summary>
    public static Evaluation Evaluate(ConformanceCase example) => Evaluator.Evaluate(
        [new PlanAssignment(example.Assignment, example.Plans)], example.Credits, CurrencyRates.None);

    /// <summary>Live books with the credits of a case.</summary>
    /// <param name="example">The case.</param>
    /// <param name="also">Further credits, such as open deals.</param>
    public static RepBooks Books(ConformanceCase example, IEnumerable<DealCredit> also)
    {
        var books = new RepBooks([new PlanAssignment(example.Assignment, example.Plans)], CurrencyRates.None);
        foreach (var credit in example.Credits.Concat(also))
        {
            books.Apply(credit);
        }

        return books;
    }

    /// <summary>Every figure that differs; empty: none, or nothing is expected. Attainment compares at 6 places, all
    /// else exactly.
    /// </summary>
    public static ImmutableArray<Difference> Differences(ConformanceCase example, Evaluation found)
    {
        if (example.Expect is not { } expect)
        {
            return [];
        }

        var differences = ImmutableArray.CreateBuilder<Difference>();
        Compare(expect.Windows, found.Windows, differences);
        Compare(expect.Statements, found.Statements, differences);
        Compare(expect.Deals, found.Deals, differences);
        return differences.ToImmutable();
    }

    private static void Compare(ImmutableArray<ExpectedWindow> expect, ImmutableArray<WindowResult> found,
        ImmutableArray<Difference>.Builder differences)
    {
        var windows = FirstByKey(expect, found, row => (row.Component, row.Window));
        foreach (var expected in expect)
        {
            var window = windows.GetValueOrDefault((expected.Component, expected.Window));
            var row = $"{expected.Component} {expected.Window}";
            Add(differences, "windows", row, "credited", expected.Credited, window?.Credited);
            Add(differences, "windows", row, "attainment", Rounded(expected.Attainment), Rounded(window?.Attainment));
            Add(differences, "windows", row, "earned", expected.Earned, window?.Earned);
        }
    }

    private static void Compare(ImmutableArray<ExpectedStatement> expect, ImmutableArray<StatementResult> found,
        ImmutableArray<Difference>.Builder differences)
    {
        var statements = FirstByKey(expect, found, row => row.Statement.Period);
        foreach (var expected in expect)
        {
            var (row, statement) = (expected.Period, statements.GetValueOrDefault(expected.Period)?.Statement);
            Add(differences, "statements", row, "earned", expected.Earned, statement?.Earned);
            Add(differences, "statements", row, "paid", expected.Paid, statement?.Paid);
            Add(differences, "statements", row, "draw-balance", expected.DrawBalance, statement?.DrawBalance);
        }
    }

    private static void Compare(ImmutableArray<ExpectedDeal> expect, ImmutableArray<DealEarning> found,
        ImmutableArray<Difference>.Builder differences)
    {
        var deals = FirstByKey(expect, found, row => row.Deal);
        foreach (var expected in expect)
        {
            var part = deals.GetValueOrDefault(expected.Deal)?.Components
                .Where(row => row.Component == expected.Component)
                .Select(row => (decimal?)row.Earned).FirstOrDefault();
            Add(differences, "deals", $"{expected.Deal} {expected.Component}", "earned", expected.Earned, part);
        }
    }

    // Rows are many where a case has many credits; where none is expected they need no index.
    private static Dictionary<TKey, TRow> FirstByKey<TExpected, TRow, TKey>(
        ImmutableArray<TExpected> expect, ImmutableArray<TRow> found, Func<TRow, TKey> key)
        where TKey : notnull
    {
        var first = new Dictionary<TKey, TRow>();
        foreach (var row in expect.IsEmpty ? [] : found)
        {
            first.TryAdd(key(row), row);
        }

        return first;
    }

    private static void Add(ImmutableArray<Difference>.Builder differences, string table, string row, string field,
        decimal? expected, decimal? found)
    {
        if (expected is { } wanted && found != wanted)
        {
            differences.Add(new Difference(table, row, field, wanted, found));
        }
    }

    private static decimal? Rounded(decimal? attainment) =>
        attainment is { } value ? decimal.Round(value, AttainmentPlaces, MidpointRounding.ToEven) : null;
}
