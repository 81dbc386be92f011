namespace Commission.Engine;

/// <summary>
/// A node with the way to it, and where to report what is wrong. Readings return null after they have reported an
/// error.
/// </summary>
internal sealed class Spot(Node node, TextNode? name, Trail path, ProblemList problems)
{
    public Node Node { get; } = node;

    /// <summary>Where this is the value of a field: the field's name.</summary>
    public TextNode? Name { get; } = name;

    public Trail Path { get; } = path;

    public ProblemList Problems { get; } = problems;

    public void Error(string message, string? hint = null) => Report(ProblemSeverity.Error, Node, message, hint);

    public void Warn(string message, string? hint = null) => Report(ProblemSeverity.Warning, Node, message, hint);

    /// <summary>Reports at the field's name, where its value is not at fault.</summary>
    public void ErrorAtName(string message, string? hint = null) =>
        Report(ProblemSeverity.Error, Name ?? Node, message, hint);

    /// <summary>Reports at the field's name, where its value is not at fault.</summary>
    public void WarnAtName(string message, string? hint = null) =>
        Report(ProblemSeverity.Warning, Name ?? Node, message, hint);

    /// <summary>Reports something about a field that this map lacks.</summary>
    public void ErrorAt(string field, string message, string? hint = null) =>
        Problems.Add(new Problem(
            ProblemSeverity.Error, Path.Field(field).ToString(), Node.Line, Node.Column, message, hint));

    public void WrongKind(string wanted, string? hint = null) =>
        Error(Node is EmptyNode ? $"has no value; {wanted} is needed" : $"must be {wanted}, but is {Node.Kind}", hint);

    /// <summary>The valid word nearest to what was written, for a hint.</summary>
    public string? Nearest(string written, IEnumerable<string> valid) =>
        Problems.IsFull ? null : Commission.Engine.Nearest.To(written, valid);

    /// <summary>Any single value, as its text.</summary>
    public string? Text(string wanted = "text")
    {
        if (Node is TextNode { Text.Length: > 0 } text)
        {
            return text.Text;
        }

        if (Node is TextNode)
        {
            Error($"has no value; {wanted} is needed");
        }
        else
        {
            WrongKind(wanted);
        }

        return null;
    }

    /// <summary>The map's fields, none but <paramref name="known"/> ones.</summary>
    public Fields? Fields(params string[] known)
    {
        if (Node is not MapNode map)
        {
            const int NamesMax = 6;
            var names = string.Join(", ", known.Take(NamesMax)) + (known.Length > NamesMax ? ", …" : "");
            WrongKind($"a map with the fields {names}");
            return null;
        }

        var fields = FieldsOf(map);
        foreach (var field in fields.All)
        {
            if (!known.AsSpan().Contains(field.Name?.Text))
            {
                var hint = field.Nearest(field.Name?.Text ?? "", known);
                field.ErrorAtName($"there is no field '{field.Name?.Text}' here", hint);
            }
        }

        return fields;
    }

    /// <summary>The map's fields, under names of the author's own.</summary>
    public Fields? AnyFields(string wanted)
    {
        if (Node is MapNode map)
        {
            return FieldsOf(map);
        }

        WrongKind(wanted);
        return null;
    }

    /// <summary>The list's items, at least one.</summary>
    public IReadOnlyList<Spot>? Items(string wanted, bool mayBeEmpty = false, string? hint = null)
    {
        var items = ItemsInTurn(wanted, hint)?.ToList();
        if (items is { Count: 0 } && !mayBeEmpty)
        {
            Error($"is an empty list; {wanted} is needed");
            return null;
        }

        return items;
    }

    /// <summary>The items of a list that may be empty, or long: none is kept.</summary>
    public IEnumerable<Spot>? ItemsInTurn(string wanted, string? hint = null)
    {
        if (Node is not ListNode list)
        {
            WrongKind(wanted, hint ?? (Node is TextNode { Text: var text } ? $"[{text}]" : null));
            return null;
        }

        return list.Items.Select((item, index) => new Spot(item, null, Path.Item(index), Problems));
    }

    private Fields FieldsOf(MapNode map)
    {
        var fields = new Fields(this, map.Entries.Count);
        foreach (var (name, value) in map.Entries)
        {
            var field = new Spot(value, name, Path.Field(name.Text), Problems);
            if (!fields.TryAdd(field))
            {
                field.ErrorAtName($"the field '{name.Text}' stands here twice");
            }
        }

        return fields;
    }

    private void Report(ProblemSeverity severity, Node at, string message, string? hint) =>
        Problems.Add(new Problem(severity, Path.ToString(), at.Line, at.Column, message, hint));
}

/// <summary>The fields of one map; of a name that stands twice the first.</summary>
internal sealed class Fields(Spot map, int count)
{
    // Most maps have a few fields, and many maps are read: a table of names pays only for more.
    private const int FewMax = 12;
    private readonly List<Spot> _all = new(count);
    private readonly Dictionary<string, Spot>? _byName = count > FewMax ? new(StringComparer.Ordinal) : null;

    public Spot Map { get; } = map;

    public IReadOnlyList<Spot> All => _all;

    /// <summary>The field's value, or null where it is absent.</summary>
    public Spot? this[string name]
    {
        get
        {
            if (_byName is not null)
            {
                return _byName.GetValueOrDefault(name);
            }

            foreach (var field in _all)
            {
                if (field.Name?.Text == name)
                {
                    return field;
                }
            }

            return null;
        }
    }

    /// <summary>False where a field of that name is there.</summary>
    public bool TryAdd(Spot field)
    {
        var name = field.Name?.Text ?? "";
        if (this[name] is not null)
        {
            return false;
        }

        _all.Add(field);
        _byName?.Add(name, field);
        return true;
    }

    /// <summary>The field's value; its absence is an error.</summary>
    public Spot? Need(string name)
    {
        var field = this[name];
        if (field is null)
        {
            Map.ErrorAt(name, $"the field '{name}' is missing");
        }

        return field;
    }

    /// <summary>Those of the fields that stand here, in the order written.</summary>
    public IEnumerable<Spot> Among(params string[] names) =>
        All.Where(field => names.Contains(field.Name?.Text, StringComparer.Ordinal));

    /// <summary>The one of the fields that must stand here alone; others, or none, are errors.</summary>
    public Spot? OneOf(params string[] names)
    {
        Spot? first = null;
        foreach (var field in Among(names))
        {
            if (first is not null)
            {
                field.ErrorAtName($"'{field.Name?.Text}' cannot stand beside '{first.Name?.Text}'; keep one of them");
            }

            first ??= field;
        }

        if (first is null)
        {
            Map.Error($"one of the fields {string.Join(", ", names)} is missing");
        }

        return first;
    }
}
