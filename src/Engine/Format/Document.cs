using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Commission.Engine;

/// <summary>Reads a text, YAML or JSON, into a tree.</summary>
internal static class Document
{
    /// <summary>The tree, or a problem in <paramref name="problems"/> and null.</summary>
    public static Spot? Read(string text, ProblemList problems)
    {
        text = text.TrimStart('\uFEFF');
        if (text.Length > Hostile.LengthMax)
        {
            return Finish(null, new Failure(1, 1, Hostile.TooLong), problems);
        }

        var (root, failure) = text.AsSpan().TrimStart() is ['{' or '[', ..]
            ? ReadFlow(Encoding.UTF8.GetBytes(text), byItems: false, () => YamlNodes.Read(text))
            : YamlNodes.Read(text);
        return Finish(root, failure, problems);
    }

    /// <summary>The same for a text that may be long if it is JSON: its lists are read item by item.</summary>
    /// <param name="utf8">With or without a byte order mark.</param>
    /// <param name="problems">Takes the problem.</param>
    public static Spot? Read(ReadOnlyMemory<byte> utf8, ProblemList problems)
    {
        while (utf8.Span.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        if (utf8.Length > Hostile.BytesMax)
        {
            return Finish(null, new Failure(1, 1, Hostile.TooLong), problems);
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            return Finish(null, NotUtf8(utf8), problems);
        }

        var (root, failure) = utf8.Span.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..]
            ? ReadFlow(utf8, byItems: true, () => ReadYaml(utf8))
            : ReadYaml(utf8);
        return Finish(root, failure, problems);
    }

    /// <summary>Where the first bytes are that are no character: another text must not be read for it.</summary>
    private static Failure NotUtf8(ReadOnlyMemory<byte> utf8)
    {
        var valid = 0;
        while (Rune.DecodeFromUtf8(utf8.Span[valid..], out _, out var length) == OperationStatus.Done)
        {
            valid += length;
        }

        var (line, column) = new JsonPlace(utf8).At(valid);
        return new Failure(line, column, FormattableString.Invariant(
            $"the byte 0x{utf8.Span[valid]:X2} (at offset {valid} of the document) is not UTF-8: save it as UTF-8"));
    }

    private static Spot? Finish(Node? root, Failure? failure, ProblemList problems)
    {
        if (failure is not null || root is null)
        {
            var (line, column, message) = failure ?? new Failure(1, 1, "the document is empty");
            problems.Add(new Problem(ProblemSeverity.Error, "", line, column, message, null));
            return null;
        }

        return new Spot(root, null, new Trail(null, ""), problems);
    }

    // Flow-style YAML begins like JSON. Where a text is neither, the reader that came further knows more.
    private static (Node? Root, Failure? Failure) ReadFlow(
        ReadOnlyMemory<byte> utf8, bool byItems, Func<(Node? Root, Failure? Failure)> readYaml)
    {
        var json = JsonNodes.Read(utf8, byItems);
        if (json.IsJson)
        {
            return (json.Root, json.Failure);
        }

        var yaml = readYaml();
        return yaml.Failure is { } ours && json.Failure is { } theirs && IsBefore(ours, theirs)
            ? (null, theirs)
            : yaml;
    }

    private static (Node? Root, Failure? Failure) ReadYaml(ReadOnlyMemory<byte> utf8) =>
        Encoding.UTF8.GetCharCount(utf8.Span) > Hostile.LengthMax
            ? (null, new Failure(1, 1, Hostile.TooLong))
            : YamlNodes.Read(Encoding.UTF8.GetString(utf8.Span));

    private static bool IsBefore(Failure one, Failure other) =>
        (one.Line, one.Column).CompareTo((other.Line, other.Column)) < 0;
}
