namespace Commission.Engine;

/// <summary>A place in a document's tree, whatever it was written in. Lines and columns count from 1.</summary>
internal abstract class Node(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>What it is, for people: "a list".</summary>
    public abstract string Kind { get; }
}

/// <summary>Text, a number or a truth value: always the text as written.</summary>
internal sealed class TextNode(int line, int column, string text) : Node(line, column)
{
    public string Text { get; } = text;

    public override string Kind => "a single value";
}

/// <summary>A value left empty, or null.</summary>
internal sealed class EmptyNode(int line, int column) : Node(line, column)
{
    public override string Kind => "empty";
}

/// <summary>Items in the order written. They may be read anew each time they are gone through: who needs them twice
/// keeps them.</summary>
internal sealed class ListNode(int line, int column, IEnumerable<Node> items) : Node(line, column)
{
    public IEnumerable<Node> Items { get; } = items;

    public override string Kind => "a list";
}

/// <summary>Fields in the order written. A name may occur twice: who reads it reports that, with its path.</summary>
internal sealed class MapNode(int line, int column) : Node(line, column)
{
    private const int UsualCount = 8;

    public List<(TextNode Name, Node Value)> Entries { get; } = new(UsualCount);

    public override string Kind => "a map of fields";
}

/// <summary>Where text could not become a tree.</summary>
internal sealed record Failure(int Line, int Column, string Message);
