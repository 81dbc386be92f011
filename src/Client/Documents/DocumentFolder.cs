using Commission.Client.Text;
using Commission.Contracts.V1;

namespace Commission.Client.Documents;

/// <summary>A plan's document in a folder.</summary>
/// <param name="Path">The file.</param>
/// <param name="Request">Publishes it.</param>
public sealed record PlanFile(string Path, PublishPlanRequest Request);

/// <summary>
/// Reads a folder of documents: <c>plans/</c> with a plan in each file, <c>reps.yaml</c> and <c>territories.yaml</c>.
/// Each may be absent. They are applied in that order.
/// </summary>
public static class DocumentFolder
{
    private static readonly string[] PlanExtensions = [".yaml", ".yml", ".json"];

    /// <summary>The plans in ordinal order of their files' names. Whether they are valid, the server says.</summary>
    /// <param name="folder">That holds <c>plans/</c>.</param>
    public static IReadOnlyList<PlanFile> LoadPlans(string folder)
    {
        var plans = Path.Combine(folder, "plans");
        var files = Directory.Exists(plans) ? Directory.EnumerateFiles(plans) : [];
        return
        [
            .. files.Where(file => PlanExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(file => new PlanFile(file, new PublishPlanRequest { Text = File.ReadAllText(file) })),
        ];
    }

    /// <summary>The payees, every manager before whom they manage.</summary>
    /// <param name="folder">That holds <c>reps.yaml</c>.</param>
    public static Read<IReadOnlyList<Rep>> LoadReps(string folder) =>
        Load(folder, "reps", RepReader.Read, rep => rep.Rep_, rep => rep.Manager);

    /// <summary>The territories, every parent before its children.</summary>
    /// <param name="folder">That holds <c>territories.yaml</c>.</param>
    public static Read<IReadOnlyList<Territory>> LoadTerritories(string folder) =>
        Load(folder, "territories", TerritoryReader.Read, area => area.Territory_, area => area.Parent);

    private static Read<IReadOnlyList<T>> Load<T>(
        string folder, string kind, Func<YamlFile, YamlFields, T> read, Func<T, string> id, Func<T, string> above)
        where T : class
    {
        var path = Path.Combine(folder, kind + ".yaml");
        if (!File.Exists(path))
        {
            return new Read<IReadOnlyList<T>>([], []);
        }

        var file = new YamlFile(path);
        var items = ReadItems(file, File.ReadAllText(path), kind, read);
        var (ordered, stuck) = TopFirst(items, id, above);
        return stuck.Count == 0
            ? file.Finish<IReadOnlyList<T>>(ordered)
            : new Read<IReadOnlyList<T>>(null, [.. file.Problems, .. stuck.Select(item =>
                new TextProblem(path, 1, 1, $"'{id(item)}' is above itself, or is there twice."))]);
    }

    private static List<T> ReadItems<T>(YamlFile file, string text, string kind, Func<YamlFile, YamlFields, T> read)
    {
        var items = new List<T>();
        foreach (var node in file.Open(text, kind)?.Items(kind) ?? [])
        {
            if (file.Fields(node) is { } fields)
            {
                items.Add(read(file, fields));
            }
        }

        return items;
    }

    // Who is above but not in the file may be known to the server already.
    private static (List<T> Ordered, List<T> Stuck) TopFirst<T>(
        List<T> items, Func<T, string> id, Func<T, string> above)
    {
        var waiting = items.Select(id).ToHashSet(StringComparer.Ordinal);
        var (ordered, left) = (new List<T>(), items);
        for (var count = -1; left.Count > 0 && ordered.Count != count;)
        {
            count = ordered.Count;
            var ready = left.Where(item => !waiting.Contains(above(item)))
                .DistinctBy(id, StringComparer.Ordinal).Where(item => waiting.Contains(id(item))).ToList();
            ready.ForEach(item => waiting.Remove(id(item)));
            ordered.AddRange(ready);
            left = [.. left.Except(ready)];
        }

        return (ordered, left);
    }
}
