using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A payee as one document describes it.</summary>
/// <param name="Rep">The payee's id.</param>
/// <param name="Name">For people; null where not given.</param>
/// <param name="Title">What the payee does; null where not given.</param>
/// <param name="Manager">The manager's id; null at the top.</param>
/// <param name="Assignments">In order of <see cref="Assignment.From"/>; no two share a day.</param>
public sealed record RepDocument(
    string Rep, string? Name, string? Title, string? Manager, ImmutableArray<Assignment> Assignments);

/// <summary>Reads a payee's document.</summary>
internal static class RepReader
{
    public static RepDocument? Read(Spot spot)
    {
        var fields = spot.Fields(RepShapes.RepMap);
        if (fields is null)
        {
            return null;
        }

        var rep = fields.Take(RepShapes.Rep) ?? "";
        var manager = fields.Take(RepShapes.Manager);
        if (manager == rep && manager.Length > 0)
        {
            fields["manager"]?.Error("nobody is their own manager");
        }

        var assignments = ReadAssignments(fields.At(RepShapes.Assignments));
        return new RepDocument(
            rep, fields.Take(RepShapes.Name), fields.Take(RepShapes.Title), manager, assignments);
    }

    private static ImmutableArray<Assignment> ReadAssignments(Spot? spot)
    {
        var items = spot?.Items("a list of assignments", mayBeEmpty: true) ?? [];
        var read = new List<Placed>();
        foreach (var item in items)
        {
            // One whose dates are known is compared with the others, whatever else is wrong with it.
            var draft = AssignmentReader.ReadDraft(item, RepShapes.Assignment);
            if (draft is { From: not null } && (draft.To is not null || item.Inner(RepShapes.To.Name) is null))
            {
                read.Add(new Placed(item, draft));
            }
        }

        var ordered = read.OrderBy(entry => entry.Value.From).ToList();
        CheckOverlaps(ordered);
        return [.. ordered.Select(entry => entry.Value)];
    }

    // A credit belongs to one assignment: which plan pays on a shared day would be anybody's guess.
    private static void CheckOverlaps(List<Placed> ordered)
    {
        Placed? latest = null;
        foreach (var entry in ordered)
        {
            if (latest?.Reaches(entry) == true)
            {
                entry.At.Error($"overlaps the assignment in line {latest.At.Node.Line}; end that before this begins");
            }

            latest = latest is not null && latest.To >= entry.To ? latest : entry;
        }
    }

    private sealed record Placed(Spot At, Assignment Value)
    {
        public DateOnly To => Value.To ?? DateOnly.MaxValue;

        public bool Reaches(Placed later) => To >= later.Value.From;
    }
}
