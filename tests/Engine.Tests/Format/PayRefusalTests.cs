namespace Commission.Engine.Tests.Format;

/// <summary>One row for each thing that makes the way a component pays illegal; § marks where.</summary>
public sealed class PayRefusalTests
{
    // Components that the rows refer to: b is as a, c has another window, d no quota.
    private const string Others = """
        { component: b, quota: q, rate: 1% }
          - { component: c, quota: q, rate: 1%, window: year }
          - { component: d, rate: 1% }
        """;

    public static TheoryData<string, string, string, string?> Tiers => new()
    {
        { "§[]", "", "empty list", null },
        { "§5%", "", "must be a list", "[5%]" },
        { "[ §5% ]", "[0]", "must be a map", null },
        { "[ §{ rate: 5% } ]", "[0].from", "missing", null },
        { "[ §{ from: 0 } ]", "[0]", "one of the fields rate, per-unit, amount is missing", null },
        { "[ { from: 0, rate: 5%, §amount: 3 } ]", "[0].amount", "cannot stand beside 'rate'", null },
        { "[ { from: 0, §rat: 5%, rate: 4% } ]", "[0].rat", "no field", "rate" },
        { "[ { from: §-1, rate: 5% } ]", "[0].from", "below zero", "1" },
        { "[ { from: 0, rate: 5% }, { from: §0, rate: 6% } ]", "[1].from", "must be higher", null },
        { "[ { from: 9, rate: 5% }, { from: §8, rate: 6% } ]", "[1].from", "must be higher", null },
        { "[ { from: 0%, rate: 5% }, { from: §50, rate: 6% } ]", "[1].from", "mixes percentages", "50%" },
        { "[ { from: 0, rate: 5% }, { from: §50%, rate: 6% } ]", "[1].from", "mixes percentages", "50" },
        { "[ { from: 0, rate: §x } ]", "[0].rate", "is not a number", null },
        { "[ { from: 0, per-unit: §5% } ]", "[0].per-unit", "is a percentage", "5" },
        { "[ { from: 0, amount: §5% } ]", "[0].amount", "is a percentage", "5" },
    };

    public static TheoryData<string, string, string, string?> Pays => new()
    {
        { "tiers: [ { from: §0%, rate: 5% } ]", "tiers[0].from", "needs attainment", "quota" },
        { "curve: §{ target: 5, points: [ { at: 0%, pay: 0% } ] }", "curve", "needs attainment", "quota" },
        { "quota: q, curve: §{ points: [ { at: 0%, pay: 0% } ] }", "curve.target", "missing", null },
        { "quota: q, curve: §{ target: rep }", "curve.points", "missing", null },
        { "quota: q, curve: { target: §reps, points: [ { at: 0%, pay: 0% } ] }", "curve.target", "nor 'rep'", "rep" },
        { "quota: q, curve: { target: 5, points: [ §{ pay: 0% } ] }", "curve.points[0].at", "missing", null },
        { "quota: q, curve: { target: 5, points: [ §{ at: 0% } ] }", "curve.points[0].pay", "missing", null },
        {
            "tiers-apply: §margin, tiers: [ { from: 0, rate: 1% } ]",
            "tiers-apply", "none of marginal, whole", "marginal"
        },
        {
            "quota: q, curve: { target: 5, points: [ { at: 9%, pay: 0% }, { at: §9%, pay: 5% } ] }",
            "curve.points[1].at", "must be higher", null
        },
        {
            "quota: q, curve: { target: 5, points: [ { at: 0%, pay: 0% } ], beyond: §continue }",
            "curve.beyond", "no line to continue", "flat"
        },
        {
            "quota: q, curve: { target: 5, points: [ { at: 0%, pay: 0% } ], beyond: §flatt }",
            "curve.beyond", "none of flat, continue", "flat"
        },
    };

    public static TheoryData<string, string, string, string?> Matrices => new()
    {
        { "§{ rows: R, columns: C, pay: P }", ".target", "missing", null },
        { "§{ target: rep, columns: C, pay: P }", ".rows", "missing", null },
        { "§{ target: rep, rows: R, pay: P }", ".columns", "missing", null },
        { "§{ target: rep, rows: R, columns: C }", ".pay", "missing", null },
        {
            "{ target: rep, rows: R, columns: C, pay: §[[1%, 2%]] }",
            ".pay", "1 entries, but the matrix has 2 rows", null
        },
        {
            "{ target: rep, rows: R, columns: C, pay: [[1%, 2%], §[1%]] }",
            ".pay[1]", "1 entries, but the matrix has 2 columns", null
        },
        { "{ target: rep, rows: R, columns: C, pay: [[1%, §x], [1%, 2%]] }", ".pay[0][1]", "is not a number", null },
        {
            "{ target: rep, rows: R, columns: { by: §x, from: [0%, 5%] }, pay: P }",
            ".columns.by", "no component", "a"
        },
        {
            "{ target: rep, rows: R, columns: { by: §c, from: [0%, 5%] }, pay: P }",
            ".columns.by", "window year", null
        },
        { "{ target: rep, rows: R, columns: { by: §d, from: [0%, 5%] }, pay: P }", ".columns.by", "no quota", null },
        {
            "{ target: rep, rows: R, columns: { by: b, from: [5%, §5%] }, pay: P }",
            ".columns.from[1]", "must be higher", null
        },
        { "{ target: rep, rows: R, columns: §{ from: [0%, 5%] }, pay: P }", ".columns.by", "missing", null },
    };

    public static TheoryData<string, string, string, string?> Modifiers => new()
    {
        { "multiplier: §2", "multiplier", "must be a map", null },
        { "multiplier: §[]", "multiplier", "empty list", null },
        { "multiplier: §{ tiers: T }", "multiplier.by", "missing", null },
        { "multiplier: §{ by: b }", "multiplier", "one of the fields tiers, points is missing", null },
        { "multiplier: { by: §bb, tiers: T }", "multiplier.by", "no component has the id 'bb'", "b" },
        { "multiplier: { by: §c, tiers: T }", "multiplier.by", "'c' has the window year", null },
        { "multiplier: { by: §d, tiers: T }", "multiplier.by", "'d' has no quota", null },
        { "multiplier: [ { by: b, tiers: T }, { by: §d, tiers: T } ]", "multiplier[1].by", "'d' has no quota", null },
        { "multiplier: { by: b, tiers: T, §points: T }", "multiplier.points", "cannot stand beside 'tiers'", null },
        { "multiplier: { by: b, tiers: T, §beyond: flat }", "multiplier.beyond", "belongs to points", null },
        {
            "multiplier: { by: b, tiers: [ { from: §10%, factor: 2 } ] }",
            "multiplier.tiers[0].from", "starts at 0%", "0%"
        },
        {
            "multiplier: { by: b, tiers: [ §{ from: 0% } ] }",
            "multiplier.tiers[0].factor", "missing", null
        },
        {
            "multiplier: { by: b, points: [ { at: 0%, factor: 1 }, { at: §0%, factor: 2 } ] }",
            "multiplier.points[1].at", "must be higher", null
        },
        {
            "multiplier: { by: b, points: [ { at: 0%, §pay: 1, factor: 1 } ] }",
            "multiplier.points[0].pay", "no field", "at"
        },
        { "gate: §{ from: 80% }", "gate.component", "missing", null },
        { "gate: §{ component: b }", "gate.from", "missing", null },
        { "gate: { component: §c, from: 80% }", "gate.component", "'c' has the window year", null },
        { "gate: { component: §d, from: 80% }", "gate.component", "'d' has no quota", null },
        { "gate: { component: b, from: §most }", "gate.from", "is not a number", null },
    };

    [Theory]
    [MemberData(nameof(Tiers))]
    public void ParsePlan_IllegalTiers_AreRefusedOnceWhereTheyAreWrong(
        string tiers, string path, string message, string? hint) =>
        Refused($"{{ component: a, quota: q, tiers: {tiers} }}", "tiers" + path, message, hint);

    [Theory]
    [MemberData(nameof(Pays))]
    public void ParsePlan_IllegalPay_IsRefusedOnceWhereItIsWrong(
        string pay, string path, string message, string? hint) =>
        Refused($"{{ component: a, {pay} }}", path, message, hint);

    [Theory]
    [MemberData(nameof(Matrices))]
    public void ParsePlan_IllegalMatrix_IsRefusedOnceWhereItIsWrong(
        string matrix, string path, string message, string? hint)
    {
        var written = matrix
            .Replace("rows: R", "rows: { by: a, from: [0%, 50%] }", StringComparison.Ordinal)
            .Replace("columns: C", "columns: { by: b, from: [0%, 50%] }", StringComparison.Ordinal)
            .Replace("pay: P", "pay: [[1%, 2%], [3%, 4%]]", StringComparison.Ordinal);
        Refused($"{{ component: a, quota: q, matrix: {written} }}", "matrix" + path, message, hint);
    }

    [Theory]
    [MemberData(nameof(Modifiers))]
    public void ParsePlan_IllegalModifier_IsRefusedOnceWhereItIsWrong(
        string modifier, string path, string message, string? hint)
    {
        var written = modifier.Replace(": T", ": [ { from: 0%, factor: 1 } ]", StringComparison.Ordinal);
        Refused($"{{ component: a, quota: q, rate: 1%, {written} }}", path, message, hint);
    }

    [Fact]
    public void ParsePlan_SeveralErrors_AreReportedAtOnceInOrder()
    {
        var text = Marked.Plan("{ component: A, ratee: 5% }", "{ component: b, rate: x, cap: 1, floor: 2 }")
            .Replace("USD", "USX", StringComparison.Ordinal);

        var problems = PlanFormat.ParsePlan(text).Problems;

        Assert.Equal(
            ["currency", "components[0].component", "components[0].ratee", "components[1].rate", "components[1].cap"],
            problems.Select(problem => problem.Path),
            StringComparer.Ordinal);
    }

    private static void Refused(string component, string path, string message, string? hint)
    {
        var marked = Marked.From(Marked.Plan(component, Others));

        var parsed = PlanFormat.ParsePlan(marked.Text);

        Assert.Null(parsed.Value);
        marked.IsOnlyError(parsed.Problems, "components[0]." + path, message, hint);
    }
}
