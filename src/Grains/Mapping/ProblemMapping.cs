using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Engine;

namespace Commission.Grains.Mapping;

/// <summary>Problems of plans, as the API says them.</summary>
internal static class ProblemMapping
{
    /// <summary>The API's form.</summary>
    public static PlanProblem ToApi(this Problem problem) => new()
    {
        Severity = problem.Severity == ProblemSeverity.Error ? "error" : "warning",
        Path = problem.Path,
        Line = problem.Line,
        Column = problem.Column,
        Message = problem.Message,
        Hint = problem.Hint ?? "",
    };

    /// <summary>One refusal for each error.</summary>
    public static ImmutableArray<Refusal> ToRefusals(
        this IEnumerable<Problem> problems, RefusalReason reason, string path) =>
        [.. problems.Where(problem => problem.Severity == ProblemSeverity.Error)
            .Select(problem => new Refusal(reason, Join(path, problem.Path), Describe(problem)))];

    private static string Join(string path, string rest) =>
        path.Length == 0 ? rest : rest.Length == 0 ? path : $"{path}.{rest}";

    private static string Describe(Problem problem)
    {
        var place = problem.Line > 0 ? $"line {problem.Line}, column {problem.Column}: " : "";
        return problem.Hint is { Length: > 0 } hint
            ? $"{place}{problem.Message} Did you mean '{hint}'?"
            : $"{place}{problem.Message}";
    }
}
