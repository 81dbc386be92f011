namespace Commission.Engine;

/// <summary>
/// Builds one document's tree from a reader's events, and holds hostile input within the bounds of
/// <see cref="Hostile"/>. Once <see cref="Failure"/> stands further events are ignored.
/// </summary>
internal sealed class NodeBuilder
{
    private readonly Stack<Open> _open = new();
    private readonly Dictionary<string, (Node Node, int Size)> _anchors = new(StringComparer.Ordinal);
    private int _nodes;

    public Failure? Failure { get; private set; }

    public Node? Root { get; private set; }

    public void Fail(int line, int column, string message) => Failure ??= new Failure(line, column, message);

    public void Text(TextNode node, string? anchor = null)
    {
        if (!Hostile.IsClean(node.Text))
        {
            Fail(node.Line, node.Column, Hostile.UncleanText);
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

    public void BeginMap(int line, int column, string? anchor) => Begin(new MapNode(line, column), null, anchor);

    public void BeginList(int line, int column, string? anchor)
    {
        var items = new List<Node>();
        Begin(new ListNode(line, column, items), items, anchor);
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

    private void Begin(Node container, List<Node>? items, string? anchor)
    {
        if (_open.Count == Hostile.DepthMax)
        {
            Fail(container.Line, container.Column, Hostile.TooDeep);
        }

        if (Count(container, 1) && Attach(container))
        {
            _open.Push(new Open(container, items, anchor, _nodes));
        }
    }

    private bool Count(Node node, int size)
    {
        if (size > Hostile.NodesMax - _nodes)
        {
            Fail(node.Line, node.Column, Hostile.TooMany);
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
        else if (parent.Items is { } items)
        {
            items.Add(node);
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

    private sealed class Open(Node container, List<Node>? items, string? anchor, int nodesBefore)
    {
        public Node Container { get; } = container;

        /// <summary>Where it is a list: its items.</summary>
        public List<Node>? Items { get; } = items;

        public string? Anchor { get; } = anchor;

        public int NodesBefore { get; } = nodesBefore;

        /// <summary>A field's name that waits for its value.</summary>
        public TextNode? Name { get; set; }
    }
}
