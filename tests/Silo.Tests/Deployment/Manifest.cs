using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Commission.Silo.Tests.Deployment;

/// <summary>A part of a YAML file of the folder deploy.</summary>
internal sealed class Manifest(object? node)
{
    /// <summary>The text of a scalar; empty for anything else.</summary>
    public string Text => node as string ?? "";

    /// <summary>The items of a list; none for anything else.</summary>
    public IEnumerable<Manifest> Items => (node as List<object> ?? []).Select(item => new Manifest(item));

    /// <summary>The entries of a map; none for anything else.</summary>
    public IEnumerable<(string Key, Manifest Value)> Entries =>
        (node as Dictionary<object, object> ?? []).Select(entry => ((string)entry.Key, new Manifest(entry.Value)));

    /// <summary>What is at a path of keys, such as `spec.template`; an empty part where there is nothing.</summary>
    public Manifest this[string path] => path.Split('.').Aggregate(this, (part, key) =>
        part.Entries.FirstOrDefault(entry => entry.Key == key).Value ?? new Manifest(null));

    /// <summary>All documents of a file below deploy, with anchors and merges resolved.</summary>
    public static IReadOnlyList<Manifest> Read(string file)
    {
        using var text = new StreamReader(Path.Combine(Folder, file));
        var parser = new MergingParser(new Parser(text));
        var deserializer = new DeserializerBuilder().Build();
        var documents = new List<Manifest>();
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.TryConsume<YamlDotNet.Core.Events.DocumentStart>(out _))
        {
            documents.Add(new Manifest(deserializer.Deserialize(parser)));
            parser.Consume<YamlDotNet.Core.Events.DocumentEnd>();
        }

        return documents;
    }

    /// <summary>The folder deploy.</summary>
    public static string Folder { get; } = Path.Combine(Processes.RunningProgram.Root, "deploy");
}
