using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Commission.Engine;

/// <summary>Reads YAML into a tree.</summary>
internal static class YamlNodes
{
    /// <summary>One document, or why not. An empty text is an empty value.</summary>
    public static (Node? Root, Failure? Failure) Read(string text)
    {
        var builder = new NodeBuilder();
        var scanner = new Scanner(new StringReader(text));
        var parser = new Parser(scanner);
        var documents = 0;
        while (builder.Failure is null && Advance(parser, scanner, builder, text))
        {
            documents += parser.Current is DocumentStart ? 1 : 0;
            if (documents > 1)
            {
                var (line, column) = At(parser.Current);
                builder.Fail(line, column, "a second document begins here; write one document to a file");
            }

            Take(builder, parser.Current);
        }

        return (builder.Root ?? new EmptyNode(1, 1), builder.Failure);
    }

    // Beside its own exceptions the scanner lets those of its internals out, on texts that are no YAML.
    private static bool Advance(Parser parser, Scanner scanner, NodeBuilder builder, string text)
    {
        try
        {
            return parser.MoveNext();
        }
        catch (YamlException refused)
        {
            var start = ((int)refused.Start.Line, (int)refused.Start.Column);
            var isTab = refused.Message.Contains("tab", StringComparison.Ordinal)
                || refused.Message.Contains("cannot start any token", StringComparison.Ordinal);
            var (line, column, message) =
                (isTab ? Tab(text, start.Item1) : null) ?? (start.Item1, start.Item2, refused.Message);
            builder.Fail(line, column, message);
        }
        catch (InvalidOperationException)
        {
            var at = scanner.CurrentPosition;
            builder.Fail((int)at.Line, (int)at.Column, "the text is not YAML from here on");
        }

        return false;
    }

    // The parser says where the block began that a tab breaks.
    private static (int Line, int Column, string Message)? Tab(string text, int firstLine)
    {
        var line = 0;
        foreach (var written in text.AsSpan().EnumerateLines())
        {
            var column = written.IndexOfAnyExcept(' ') + 1;
            if (++line >= firstLine && column > 0 && written[column - 1] == '\t' && !written.IsWhiteSpace())
            {
                return (line, column, "a tab indents this line; YAML is indented by spaces");
            }
        }

        return null;
    }

    private static void Take(NodeBuilder builder, ParsingEvent? read)
    {
        var (line, column) = At(read);
        if (read is NodeEvent { Tag.IsEmpty: false } tagged and not Scalar { Tag.IsNonSpecific: true })
        {
            builder.Fail(line, column, $"tags such as {tagged.Tag} are not part of the format");
        }

        switch (read)
        {
            case AnchorAlias alias:
                builder.Alias(line, column, alias.Value.Value);
                break;
            case Scalar scalar:
                TakeScalar(builder, scalar, line, column);
                break;
            case MappingStart map:
                builder.BeginMap(line, column, AnchorOf(map));
                break;
            case SequenceStart list:
                builder.BeginList(line, column, AnchorOf(list));
                break;
            case MappingEnd or SequenceEnd:
                builder.End();
                break;
        }
    }

    private static void TakeScalar(NodeBuilder builder, Scalar scalar, int line, int column)
    {
        var plain = scalar.Style == ScalarStyle.Plain;
        if (plain && scalar is { IsKey: true, Value: "<<" })
        {
            builder.Fail(line, column, "merge keys are not part of the format; write the fields out");
        }

        if (plain && !scalar.IsKey && scalar.Value is ("" or "~" or "null"))
        {
            builder.Leaf(new EmptyNode(line, column), AnchorOf(scalar));
        }
        else
        {
            builder.Text(new TextNode(line, column, scalar.Value), AnchorOf(scalar));
        }
    }

    private static string? AnchorOf(NodeEvent node) => node.Anchor.IsEmpty ? null : node.Anchor.Value;

    private static (int Line, int Column) At(ParsingEvent? read) =>
        read is null ? (1, 1) : ((int)read.Start.Line, (int)read.Start.Column);
}
