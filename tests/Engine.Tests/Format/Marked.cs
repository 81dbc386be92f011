using System.Globalization;

namespace Commission.Engine.Tests.Format;

/// <summary>A document in which <c>§</c> marks the place where a problem is expected.</summary>
internal sealed record Marked(string Text, int Line, int Column)
{
    public static Marked From(string written)
    {
        var at = written.IndexOf('§', StringComparison.Ordinal);
        Assert.True(at >= 0, "the document has no mark");
        var before = written[..at];
        var line = before.Count(letter => letter == '\n') + 1;
        return new Marked(written.Remove(at, 1), line, at - before.LastIndexOf('\n'));
    }

    /// <summary>A plan with these components, in YAML's flow style, one to a line.</summary>
    public static string Plan(params string[] components) =>
        string.Create(CultureInfo.InvariantCulture, $$"""
            plan: ae
            currency: USD
            effective: 2026-01-01
            pays: monthly
            components:
              - {{string.Join("\n  - ", components)}}
            """);

    /// <summary>Asserts that the mark is the place of the only error.</summary>
    public void IsOnlyError(IReadOnlyCollection<Problem> problems, string path, string message, string? hint)
    {
        var error = Assert.Single(problems, problem => problem.Severity == ProblemSeverity.Error);
        Assert.Equal((path, Line, Column, hint), (error.Path, error.Line, error.Column, error.Hint));
        Assert.Contains(message, error.Message, StringComparison.OrdinalIgnoreCase);
    }
}
