using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Commission.Client.Text;

/// <summary>One YAML document being read: its tree, and the problems found so far.</summary>
internal sealed class YamlFile(string name)
{
    private readonly List<TextProblem> _problems = [];

    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<TextProblem> Problems =>
        [.. _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];

    /// <summary>The document's fields; null, with a problem, where it is no map.</summary>
    public YamlFields? Open(string text, params IReadOnlyList<string> allowed)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents.Count == 1)
            {
                return Fields(stream.Documents[0].RootNode, allowed);
            }

            _problems.Add(new TextProblem(name, 1, 1, "The file must hold exactly one YAML document."));
        }
        catch (YamlException refused)
        {
            _problems.Add(new TextProblem(name, refused.Start.Line, refused.Start.Column, refused.Message));
        }
        catch (InvalidOperationException)
        {
            // What YamlDotNet throws, in place of its own exception, for some lists that are not closed.
            var lines = text.Count(c => c == '\n') + 1;
            _problems.Add(new TextProblem(name, lines, 1, "The text is no YAML; is a list or map not closed?"));
        }

        return null;
    }

    public YamlFields? Fields(YamlNode node, params IReadOnlyList<string> allowed)
    {
        if (node is not YamlMappingNode map)
        {
            Report(node, "Expected fields here, written as `name: value`.");
            return null;
        }

        var fields = new YamlFields(this, map);
        fields.Check(allowed);
        return fields;
    }

    public void Report(YamlNode at, string message) =>
        _problems.Add(new TextProblem(name, at.Start.Line, at.Start.Column, message));

    public Read<T> Finish<T>(T? value)
        where T : class =>
        new(_problems.Count == 0 ? value : null, Problems);
}

/// <summary>The fields of one map in a document.</summary>
internal sealed class YamlFields(YamlFile file, YamlMappingNode map)
{
    public YamlMappingNode Node => map;

    public YamlNode? this[string name] =>
        map.Children.TryGetValue(new YamlScalarNode(name), out var node) ? node : null;

    /// <summary>Reports every field whose name is not one of those; none given: any name is right.</summary>
    public void Check(IReadOnlyList<string> allowed)
    {
        foreach (var key in map.Children.Keys)
        {
            var written = (key as YamlScalarNode)?.Value ?? "";
            if (allowed.Count > 0 && !allowed.Contains(written, StringComparer.Ordinal))
            {
                file.Report(key, $"There is no field '{written}' here.{Nearest.Hint(written, allowed)}");
            }
        }
    }

    /// <summary>The field's text; empty where it is absent, and, with a problem, where it is no single value.</summary>
    public string Words(string name, bool required = false)
    {
        if (this[name] is not { } node)
        {
            if (required)
            {
                file.Report(map, $"The field '{name}' is missing.");
            }

            return "";
        }

        return file.Words(node);
    }

    /// <summary>The items of a list; none where the field is absent.</summary>
    public IEnumerable<YamlNode> Items(string name) => this[name] switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        { } other => file.Nothing<YamlNode>(other, "Expected a list here."),
    };

    /// <summary>Names and values of a map below; none where the field is absent.</summary>
    public IEnumerable<(string Name, YamlNode Value)> Entries(string name) => this[name] switch
    {
        null => [],
        YamlMappingNode inner => inner.Children.Select(entry => (file.Words(entry.Key), entry.Value)),
        { } other => file.Nothing<(string, YamlNode)>(other, "Expected fields here, written as `name: value`."),
    };
}

/// <summary>Shorthands of <see cref="YamlFile"/>.</summary>
internal static class YamlFileExtensions
{
    public static string Words(this YamlFile file, YamlNode node)
    {
        if (node is YamlScalarNode { Value: { } text })
        {
            return text;
        }

        file.Report(node, "Expected a single value here.");
        return "";
    }

    /// <summary>One text, or a list of them.</summary>
    public static IEnumerable<string> OneOrMore(this YamlFile file, YamlNode node) =>
        node is YamlSequenceNode list ? list.Children.Select(file.Words) : [file.Words(node)];

    public static IEnumerable<T> Nothing<T>(this YamlFile file, YamlNode node, string message)
    {
        file.Report(node, message);
        return [];
    }
}
