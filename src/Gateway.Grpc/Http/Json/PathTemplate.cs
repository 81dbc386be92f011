using System.Globalization;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Commission.Gateway.Grpc.Http;

/// <summary>
/// A path of `google.api.http`: `/v1/plans/{id}:publish`, `/v1/{name=shelves/*}`, `/v1/files/{path=**}`. It knows its
/// route for the web server, and takes the fields' values from a raw path, which alone still tells `/` from `%2F`.
/// </summary>
internal sealed class PathTemplate
{
    private readonly string[] _segments;
    private readonly string _verb;

    private PathTemplate(string text, string[] segments, string verb, PathVariable[] variables)
    {
        Text = text;
        _segments = segments;
        _verb = verb;
        Variables = variables;
    }

    /// <summary>The template as it was written.</summary>
    public string Text { get; }

    /// <summary>The fields that the path holds.</summary>
    public IReadOnlyList<PathVariable> Variables { get; }

    /// <summary>The first segment, under which unknown paths are ours to refuse; null if it is a variable.</summary>
    public string? Root => _segments[0] is "*" or "**" ? null : _segments[0];

    /// <exception cref="InvalidOperationException">The text is not a template.</exception>
    public static PathTemplate Parse(string text) => new PathTemplateParser(text).Parse(Create);

    /// <summary>The route of this template; its parameters are only placeholders.</summary>
    public RoutePattern ToRoute()
    {
        var parts = new List<RoutePatternPathSegment>();
        for (var i = 0; i < _segments.Length; i++)
        {
            RoutePatternPart part = _segments[i] switch
            {
                "*" => RoutePatternFactory.ParameterPart($"s{i}"),
                "**" => RoutePatternFactory.ParameterPart($"s{i}", null, RoutePatternParameterKind.CatchAll),
                var literal => RoutePatternFactory.LiteralPart(i == _segments.Length - 1 ? literal + _verb : literal),
            };
            parts.Add(i == _segments.Length - 1 && _verb.Length > 0 && !part.IsLiteral
                ? RoutePatternFactory.Segment(part, RoutePatternFactory.LiteralPart(_verb))
                : RoutePatternFactory.Segment(part));
        }

        return RoutePatternFactory.Pattern(parts);
    }

    /// <summary>
    /// The path for documents: each segment that varies as a parameter in braces, named as its field, or, where a field
    /// takes several of them, as the field and a number.
    /// </summary>
    public (string Text, IReadOnlyList<(string Name, string? Field)> Parameters) Describe()
    {
        var parameters = new List<(string Name, string? Field)>();
        var segments = _segments.Select((segment, i) =>
        {
            if (segment is not ("*" or "**"))
            {
                return segment;
            }

            var variable = Variables.FirstOrDefault(v => i >= v.Start && i < v.End);
            var isAlone = variable is not null
                && _segments.Take(variable.Start..variable.End).Count(s => s is "*" or "**") == 1;
            var name = isAlone
                ? variable!.Field
                : string.Create(CultureInfo.InvariantCulture, $"{variable?.Field ?? "segment"}_{i}");
            parameters.Add((name, variable?.Field));
            return $"{{{name}}}";
        }).ToList();
        return ($"/{string.Join('/', segments)}{_verb}", parameters);
    }

    /// <summary>The variables' values (decoded) if the raw path matches, in their order; else null.</summary>
    public string[]? Match(ReadOnlySpan<char> rawPath)
    {
        if (!rawPath.EndsWith(_verb, StringComparison.Ordinal) || !rawPath.StartsWith('/'))
        {
            return null;
        }

        var segments = rawPath[1..^_verb.Length].ToString().Split('/');
        var open = _segments[^1] == "**";
        if (open ? segments.Length < _segments.Length : segments.Length != _segments.Length)
        {
            return null;
        }

        for (var i = 0; i < _segments.Length; i++)
        {
            if (!Fits(_segments[i], segments[i]))
            {
                return null;
            }
        }

        return [.. Variables.Select(v => Value(v, segments))];
    }

    private static bool Fits(string pattern, string segment) => pattern switch
    {
        "*" => segment.Length > 0,
        "**" => true,
        _ => Uri.UnescapeDataString(segment) == pattern,
    };

    private static PathTemplate Create(string text, string[] segments, string verb, PathVariable[] variables)
    {
        var early = Array.IndexOf(segments, "**");
        if (early >= 0 && (early < segments.Length - 1 || verb.Length > 0))
        {
            throw new InvalidOperationException($"The path '{text}' has ** before its end.");
        }

        return new PathTemplate(text, segments, verb, variables);
    }

    private string Value(PathVariable variable, string[] segments)
    {
        var end = _segments[variable.End - 1] == "**" ? segments.Length : variable.End;
        return string.Join('/', segments[variable.Start..end].Select(Uri.UnescapeDataString));
    }
}

/// <summary>A variable of a path: the field it sets and the segments that it takes, Start to before End.</summary>
internal sealed record PathVariable(string Field, int Start, int End);
