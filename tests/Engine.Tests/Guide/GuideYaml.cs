using System.Globalization;
using System.Text.Json;
using YamlDotNet.RepresentationModel;

namespace Commission.Engine.Tests.Guide;

/// <summary>Reads the guide's blocks of files that other programs read: reps, territories, deals.</summary>
internal static class GuideYaml
{
    public static YamlMappingNode Map(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return (YamlMappingNode)stream.Documents.Single().RootNode;
    }

    public static string? Text(this YamlNode node, string field) =>
        node is YamlMappingNode map && map.Children.TryGetValue(field, out var value)
            ? ((YamlScalarNode)value).Value
            : null;

    public static IEnumerable<YamlNode> Items(this YamlNode node, string field) =>
        node is YamlMappingNode map && map.Children.TryGetValue(field, out var value)
            ? ((YamlSequenceNode)value).Children
            : [];

    /// <summary>A part of a document as a JSON document, which the engine's own readers take.</summary>
    public static string Json(this YamlNode node) => node switch
    {
        YamlMappingNode map => "{" + string.Join(
            ",", map.Children.Select(entry => entry.Key.Json() + ":" + entry.Value.Json())) + "}",
        YamlSequenceNode list => "[" + string.Join(",", list.Children.Select(Json)) + "]",
        _ => JsonSerializer.Serialize(((YamlScalarNode)node).Value),
    };

    public static DateOnly? Day(this YamlNode node, string field) =>
        node.Text(field) is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    public static decimal Number(this YamlNode node, string field) =>
        decimal.Parse(node.Text(field)!, CultureInfo.InvariantCulture);

    /// <summary>A share in per cent; the whole where the field is absent.</summary>
    public static decimal Share(this YamlNode node) =>
        node.Text("share") is { } text ? decimal.Parse(text.TrimEnd('%'), CultureInfo.InvariantCulture) / 100m : 1m;

    public static CreditRole Role(this YamlNode node) => Enum.Parse<CreditRole>(node.Text("role")!, ignoreCase: true);
}
