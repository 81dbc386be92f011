namespace Commission.Gateway.Grpc.Http;

/// <summary>Reads the text of a <see cref="PathTemplate"/>.</summary>
internal sealed class PathTemplateParser(string text)
{
    private readonly List<string> _segments = [];
    private readonly List<PathVariable> _variables = [];
    private int _at;

    public PathTemplate Parse(Func<string, string[], string, PathVariable[], PathTemplate> create)
    {
        Expect('/');
        Segments(inVariable: false);
        var verb = text[_at..];
        if (verb.Length > 0 && (verb[0] != ':' || verb.Length == 1 || verb.AsSpan(1).ContainsAny("/{}*:")))
        {
            throw Malformed();
        }

        return create(text, [.. _segments], verb, [.. _variables]);
    }

    private void Segments(bool inVariable)
    {
        Segment(inVariable);
        while (_at < text.Length && text[_at] == '/')
        {
            _at++;
            Segment(inVariable);
        }
    }

    private void Segment(bool inVariable)
    {
        if (_at < text.Length && text[_at] == '{' && !inVariable)
        {
            Variable();
            return;
        }

        var segment = Word("/:}");
        if (segment.Length == 0 || segment.Contains('{') || (segment.Contains('*') && segment is not ("*" or "**")))
        {
            throw Malformed();
        }

        _segments.Add(segment);
    }

    private void Variable()
    {
        Expect('{');
        var field = Word("=}");
        var start = _segments.Count;
        if (_at < text.Length && text[_at] == '=')
        {
            _at++;
            Segments(inVariable: true);
        }
        else
        {
            _segments.Add("*");
        }

        Expect('}');
        _variables.Add(new PathVariable(field, start, _segments.Count));
    }

    private string Word(string ends)
    {
        var start = _at;
        while (_at < text.Length && !ends.Contains(text[_at]))
        {
            _at++;
        }

        return text[start.._at];
    }

    private void Expect(char c)
    {
        if (_at >= text.Length || text[_at] != c)
        {
            throw Malformed();
        }

        _at++;
    }

    private InvalidOperationException Malformed() => new($"The path '{text}' is malformed at character {_at}.");
}
