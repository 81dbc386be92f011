using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A field in which two documents differ.</summary>
/// <param name="Path">Such as <c>components[new-business].tiers[1].rate</c>: items of a list that have an id are named
/// by it, others by their place from 0.</param>
/// <param name="Old">As written in the first document; a whole map or list in one line; null where it lacks the field.
/// </param>
/// <param name="New">The same of the second.</param>
public sealed record PlanChange(string Path, string? Old, string? New);

/// <summary>Compares plans field by field, as their authors see them.</summary>
public static class PlanDiffs
{
    // By which field an item of a list is known: a component that moves is the same component.
    private static readonly string[] Ids = ["component"];

    /// <summary>What differs between two valid plans, in the order of the first document, then what only the second
    /// has. Numbers that are equal, such as 5% and 0.05, do not differ; nor does a list of one and its one item.
    /// </summary>
    /// <param name="before">The first document, YAML or JSON.</param>
    /// <param name="after">The second.</param>
    /// <exception cref="ArgumentException">One of them cannot be read at all.</exception>
    public static ImmutableArray<PlanChange> Between(string before, string after)
    {
        var changes = ImmutableArray.CreateBuilder<PlanChange>();
        Compare("", Root(before), Root(after), changes);
        return changes.ToImmutable();
    }

    private static Node Root(string text) => Document.Read(text, new ProblemList())?.Node
        ?? throw new ArgumentException("The document can't be read.", nameof(text));

    private static void Compare(string path, Node? old, Node? @new, ImmutableArray<PlanChange>.Builder changes)
    {
        var (before, after) = (Alone(old, @new), Alone(@new, old));
        if (before is MapNode or null && after is MapNode or null && (before ?? after) is MapNode)
        {
            CompareAll(Fields(path, before), Fields(path, after), changes);
        }
        else if (before is ListNode or null && after is ListNode or null && (before ?? after) is ListNode)
        {
            CompareAll(Items(path, before), Items(path, after), changes);
        }
        else if (!IsSame(before, after))
        {
            changes.Add(new PlanChange(path, Text(before), Text(after)));
        }
    }

    // `credit: owner` and `credit: [owner]` say the same.
    private static Node? Alone(Node? one, Node? other) =>
        one is ListNode list && other is TextNode && list.Items.Take(2).ToList() is [TextNode single] ? single : one;

    private static void CompareAll(
        Dictionary<string, Node> before, Dictionary<string, Node> after, ImmutableArray<PlanChange>.Builder changes)
    {
        foreach (var path in before.Keys.Concat(after.Keys.Where(path => !before.ContainsKey(path))))
        {
            var (old, @new) = (before.GetValueOrDefault(path), after.GetValueOrDefault(path));
            if (old is null || @new is null)
            {
                changes.Add(new PlanChange(path, Text(old), Text(@new)));
            }
            else
            {
                Compare(path, old, @new, changes);
            }
        }
    }

    private static Dictionary<string, Node> Fields(string path, Node? node)
    {
        var fields = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var (name, value) in (node as MapNode)?.Entries ?? [])
        {
            fields.TryAdd(path.Length == 0 ? name.Text : $"{path}.{name.Text}", value);
        }

        return fields;
    }

    private static Dictionary<string, Node> Items(string path, Node? node)
    {
        var items = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var (place, item) in ((node as ListNode)?.Items ?? []).Index())
        {
            items.TryAdd($"{path}[{IdOf(item) ?? place.ToString(System.Globalization.CultureInfo.InvariantCulture)}]",
                item);
        }

        return items;
    }

    private static string? IdOf(Node item) => (item as MapNode)?.Entries
        .Where(field => Ids.Contains(field.Name.Text, StringComparer.Ordinal))
        .Select(field => (field.Value as TextNode)?.Text).FirstOrDefault();

    private static bool IsSame(Node? old, Node? @new) => (old, @new) switch
    {
        (TextNode before, TextNode after) => before.Text == after.Text || IsSameNumber(before.Text, after.Text),
        (EmptyNode, EmptyNode) => true,
        _ => false,
    };

    private static bool IsSameNumber(string old, string @new) =>
        NumberText.Read(old, out var before, out _) is null && NumberText.Read(@new, out var after, out _) is null
        && before == after;

    private static string? Text(Node? node) => node switch
    {
        null => null,
        TextNode text => text.Text,
        ListNode list => $"[{string.Join(", ", list.Items.Select(Text))}]",
        MapNode map => $"{{ {string.Join(", ", map.Entries.Select(Text))} }}",
        _ => "",
    };

    private static string Text((TextNode Name, Node Value) field) => $"{field.Name.Text}: {Text(field.Value)}";
}
