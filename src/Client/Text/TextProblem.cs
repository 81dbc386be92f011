namespace Commission.Client;

/// <summary>Something wrong in a file that a person wrote.</summary>
/// <param name="File">The file, as it was named to us.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">What is wrong and, where it can be told, what would be right.</param>
public sealed record TextProblem(string File, long Line, long Column, string Message)
{
    /// <summary>`file:line:column: message`, which editors turn into a link.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Message}";
}

/// <summary>What was read from a file, or why it could not be read.</summary>
/// <param name="Value">Null where any problem stands.</param>
/// <param name="Problems">All that are wrong, in the order of the file; empty on success.</param>
public sealed record Read<T>(T? Value, IReadOnlyList<TextProblem> Problems)
    where T : class;
