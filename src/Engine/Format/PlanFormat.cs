using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>
/// Reads plans, assignments and conformance cases written in the plan format, version 1, as YAML or JSON. Nothing that
/// a text can hold throws: every problem of a document is reported at once, with its path, line and column.
/// </summary>
public static class PlanFormat
{
    /// <summary>Reads one version of a plan.</summary>
    /// <param name="text">The document.</param>
    public static Parsed<Plan> ParsePlan(string text) => Parse(text, PlanReader.Read);

    /// <summary>Reads one entry of a payee's assignments. Its <c>from</c> is required.</summary>
    /// <param name="text">The document.</param>
    public static Parsed<Assignment> ParseAssignment(string text) =>
        Parse(text, spot => AssignmentReader.Read(spot));

    /// <summary>Reads a payee with its assignments.</summary>
    /// <param name="text">The document.</param>
    public static Parsed<RepDocument> ParseRep(string text) => Parse(text, RepReader.Read);

    /// <summary>Reads one conformance case, or a list of them.</summary>
    /// <param name="text">The document.</param>
    /// <returns>The cases in the order written; empty where <see cref="Parsed{T}.IsValid"/> is false.</returns>
    public static Parsed<ImmutableArray<ConformanceCase>> ParseCases(string text) =>
        OrNone(Parse(text, CaseReader.ReadAll));

    /// <summary>Reads the same, in UTF-8. In JSON, cases and credits may be millions: their lists are read item by
    /// item.</summary>
    /// <param name="utf8">The document, with or without a byte order mark. Bytes that are not UTF-8 are an error with
    /// their place.</param>
    /// <returns>As for a text.</returns>
    public static Parsed<ImmutableArray<ConformanceCase>> ParseCases(ReadOnlyMemory<byte> utf8)
    {
        var problems = new ProblemList();
        var root = Document.Read(utf8, problems);
        return OrNone(problems.Finish(root is null ? default : CaseReader.ReadAll(root)));
    }

    /// <summary>Reads credits of open deals: a list like a case's <c>credits</c>, of which each may state the
    /// <c>probability</c> that its deal closes, 0% to 100%.</summary>
    /// <param name="text">The document.</param>
    /// <returns>One entry for each deal, in the order written; empty where <see cref="Parsed{T}.IsValid"/> is
    /// false.</returns>
    public static Parsed<ImmutableArray<DealCredit>> ParseOpenCredits(string text) =>
        OrNone(Parse(text, spot => CreditReader.Read(spot, areOpen: true)));

    /// <summary>Reads the same, in UTF-8.</summary>
    /// <param name="utf8">The document, with or without a byte order mark. Bytes that are not UTF-8 are an error with
    /// their place.</param>
    /// <returns>As for a text.</returns>
    public static Parsed<ImmutableArray<DealCredit>> ParseOpenCredits(ReadOnlyMemory<byte> utf8)
    {
        var problems = new ProblemList();
        var root = Document.Read(utf8, problems);
        return OrNone(problems.Finish(root is null ? default : CreditReader.Read(root, areOpen: true)));
    }

    /// <summary>Says what only a plan and an assignment together can tell, such as windows that differ.</summary>
    /// <param name="plan">A valid plan.</param>
    /// <param name="assignment">A valid assignment.</param>
    /// <returns>Problems with paths into the assignment, and without lines: those may be in another text.</returns>
    public static ImmutableArray<Problem> Check(Plan plan, Assignment assignment) =>
        [.. PairChecks.Run([plan], assignment).Select(ToProblem)];

    private static Parsed<ImmutableArray<T>> OrNone<T>(Parsed<ImmutableArray<T>> parsed) =>
        parsed.IsValid ? parsed : parsed with { Value = [] };

    private static Problem ToProblem(PairProblem found)
    {
        var path = found.Way.Aggregate(new Trail(null, ""), (way, step) => way.Field(step));
        return new Problem(found.Severity, path.ToString(), 0, 0, found.Message, found.Hint);
    }

    private static Parsed<T> Parse<T>(string text, Func<Spot, T?> read)
    {
        var problems = new ProblemList();
        var root = Document.Read(text, problems);
        return problems.Finish(root is null ? default : read(root));
    }
}
