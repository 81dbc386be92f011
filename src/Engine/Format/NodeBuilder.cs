namespace Commission.Engine;

/// <summary>
/// Builds one document's tree from a reader's events, and holds hostile input within bounds. Once
/// <see cref="Failure"/> stands further events are ignored.
/// </summary>
internal sealed class NodeBuilder
{
    // Plans need about ten levels and cases about a million nodes; an alias counts as all that it repeats.
    private const int DepthMax = 40;
    private const int NodesMax = 2_000_000;

    private readonly Stack<Open> _open = new();
    private readonly Dictionary<string, (Node Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    public Failure? Failure { get; private set; }

    public Node? Root { get; private set; }

    public void Fail(int line, int column, string message) => Failure ??= new Failure(line, column, message);

    public void Text(TextNode node, string? anchor = null)
    {
        if (!IsCleanText(node.Text))
        {
            Fail(node.Line, node.Column, "the text holds a control character, or half of a character");
        }

        Leaf(node, anchor);
    }

    public void Leaf(Node node, string? anchor = null)
    {
        if (Count(node, 1) && Attach(node))
        {
            Remember(anchor, node, 1);
        }
    }

    public void Begin(Node container, string? anchor = null)
    {
        if (_open.Count == DepthMax)
        {
            Fail(container.Line, container.Column, $"the document is nested more than {DepthMax} levels deep");
        }

        if (Count(container, 1) && Attach(container))
        {
            _open.Push(new Open(container, anchor, _nodes));
        }
    }

    public void End()
    {
        if (Failure is null)
        {
            var closed = _open.Pop();
            Remember(closed.Anchor, closed.Container, _nodes - closed.NodesBefore + 1);
        }
    }

    /// <summary>Repeats an anchored node; its problems are reported where it was written first.</summary>
    public void Alias(int line, int column, string name)
    {
        if (!_anchors.TryGetValue(name, out var anchored))
        {
            Fail(line, column, $"there is no complete anchor '&{name}' above this alias");
        }
        else if (Count(anchored.Node, anchored.Size))
        {
            Attach(anchored.Node);
        }
    }

    private bool Count(Node node, int size)
    {
        if (size > NodesMax - _nodes)
        {
            Fail(node.Line, node.Column, $"the document holds more than {NodesMax} values");
            return false;
        }

        _nodes += size;
        return Failure is null;
    }

    private bool Attach(Node node)
    {
        if (!_open.TryPeek(out var parent))
        {
            Root ??= node;
        }
        else if (parent.Container is ListNode list)
        {
            list.Items.Add(node);
        }
        else if (parent is { Name: { } name, Container: MapNode map })
        {
            map.Entries.Add((name, node));
            parent.Name = null;
        }
        else if (node is TextNode text)
        {
            parent.Name = text;
        }
        else
        {
            Fail(node.Line, node.Column, $"a field's name must be text, but this is {node.Kind}");
        }

        return Failure is null;
    }

    private void Remember(string? anchor, Node node, int size)
    {
        if (anchor is not null)
        {
            _anchors[anchor] = (node, size);
        }
    }

    private static bool IsCleanText(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var pair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            var control = char.IsControl(text[i]) && text[i] is not ('\n' or '\r' or '\t');
            if (control || (!pair && char.IsSurrogate(text[i])))
            {
                return false;
            }

            i += pair ? 1 : 0;
        }

        return true;
    }

    private sealed class Open(Node container, string? anchor, int nodesBefore)
    {
        public Node Container { get; } = container;

        public string? Anchor { get; } = anchor;

        public int NodesBefore { get; } = nodesBefore;

        /// <summary>A field's name that waits for its value.</summary>
        public TextNode? Name { get; set; }
    }
}
