using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>How much a problem matters.</summary>
public enum ProblemSeverity
{
    /// <summary>The document is legal, but what it says may surprise.</summary>
    Warning,

    /// <summary>The document is refused.</summary>
    Error,
}

/// <summary>Something that is wrong with a document, or surprising in it.</summary>
/// <param name="Severity">Whether the document is refused for it.</param>
/// <param name="Path">Where, by names and positions: <c>components[0].tiers[2].rate</c>; empty: the document.</param>
/// <param name="Line">From 1; 0 where there is no text to point at.</param>
/// <param name="Column">From 1, in UTF-16 units; 0 where there is no text to point at.</param>
/// <param name="Message">What is wrong; made into a sentence.</param>
/// <param name="Hint">The nearest valid name or value, or null.</param>
public sealed record Problem(
    ProblemSeverity Severity, string Path, int Line, int Column, string Message, string? Hint)
{
    /// <summary>What is wrong, as one sentence.</summary>
    public string Message { get; init; } = Sentence(Message);

    private static string Sentence(string text)
    {
        var end = text is [.., '.' or '?' or '!'] ? "" : ".";
        return text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + end;
    }
}

/// <summary>What came of reading a document.</summary>
/// <param name="Value">The document's meaning; default where any problem is an error.</param>
/// <param name="Problems">All of them, in the order of lines and columns.</param>
public sealed record Parsed<T>(T? Value, ImmutableArray<Problem> Problems)
{
    /// <summary>True where no problem is an error; <see cref="Value"/> stands then.</summary>
    public bool IsValid => Problems.All(problem => problem.Severity != ProblemSeverity.Error);
}
