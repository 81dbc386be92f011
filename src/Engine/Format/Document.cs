namespace Commission.Engine;

/// <summary>Reads a text, YAML or JSON, into a tree.</summary>
internal static class Document
{
    private const int LengthMax = 32 * 1024 * 1024;

    /// <summary>The tree, or a problem in <paramref name="problems"/> and null.</summary>
    public static Spot? Read(string text, ProblemList problems)
    {
        text = text.TrimStart('\uFEFF');
        var (root, failure) = text.Length > LengthMax
            ? (null, new Failure(1, 1, $"the document is longer than {LengthMax} characters"))
            : ReadTree(text);
        if (failure is not null || root is null)
        {
            var (line, column, message) = failure ?? new Failure(1, 1, "the document is empty");
            problems.Add(new Problem(ProblemSeverity.Error, "", line, column, message, null));
            return null;
        }

        return new Spot(root, null, new Trail(null, ""), problems);
    }

    // Flow-style YAML begins like JSON. Where a text is neither, the reader that came further knows more.
    private static (Node? Root, Failure? Failure) ReadTree(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
        {
            return YamlNodes.Read(text);
        }

        var json = JsonNodes.Read(text);
        if (json.IsJson)
        {
            return (json.Root, json.Failure);
        }

        var yaml = YamlNodes.Read(text);
        return yaml.Failure is { } ours && json.Failure is { } theirs && IsBefore(ours, theirs)
            ? (null, theirs)
            : yaml;
    }

    private static bool IsBefore(Failure one, Failure other) =>
        (one.Line, one.Column).CompareTo((other.Line, other.Column)) < 0;
}
