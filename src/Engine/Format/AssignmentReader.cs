using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads a payee's assignments.</summary>
internal static class AssignmentReader
{
    /// <summary>One entry of a rep's assignments, or null after errors were reported.</summary>
    /// <param name="spot">Where it stands.</param>
    /// <param name="planOfCase">
    /// In a conformance case the id of its plan: there the plan need not be named, and the beginning may be open.
    /// </param>
    public static Assignment? Read(Spot spot, string? planOfCase = null)
    {
        var errors = spot.Problems.Errors;
        var shape = planOfCase is null ? RepShapes.Assignment : RepShapes.AssignmentInCase;
        var draft = ReadDraft(spot, shape, planOfCase);
        return spot.Problems.Errors > errors ? null : draft;
    }

    /// <summary>What could be read, with defaults where errors were reported; null where it is no map.</summary>
    public static Assignment? ReadDraft(Spot spot, Map shape, string? planOfCase = null)
    {
        var fields = spot.Fields(shape);
        if (fields is null)
        {
            return null;
        }

        var plan = Taken(fields, shape, RepShapes.Plan) ?? planOfCase ?? "";
        var from = Taken(fields, shape, RepShapes.From);
        var to = fields.Take(RepShapes.To);
        if (to < from)
        {
            fields.At(RepShapes.To)?.Error("lies before 'from'");
        }

        var quotas = ReadQuotas(fields.At(RepShapes.QuotasByName));
        var targets = ReadTargets(fields.At(RepShapes.Targets));
        var prorate = fields.Take(RepShapes.Prorate) ?? default;
        return new Assignment(plan, from, to, quotas, targets, prorate);
    }

    // Whether a field is needed differs between the two shapes of an assignment.
    private static T? Taken<T>(Fields fields, Map shape, Field<T> field) =>
        fields.Take(field with { Needed = shape.Fields.First(known => known.Name == field.Name).Needed });

    private static ImmutableDictionary<string, Quota> ReadQuotas(Spot? spot)
    {
        var quotas = ImmutableDictionary.CreateBuilder<string, Quota>(StringComparer.Ordinal);
        foreach (var field in spot?.AnyFields("a map from quotas' names to quotas")?.All ?? [])
        {
            if (QuotaReader.Read(field) is { } quota)
            {
                quotas.Add(field.Name?.Text ?? "", quota);
            }
        }

        return quotas.ToImmutable();
    }

    private static ImmutableDictionary<string, decimal> ReadTargets(Spot? spot)
    {
        var targets = ImmutableDictionary.CreateBuilder<string, decimal>(StringComparer.Ordinal);
        foreach (var field in spot?.AnyFields("a map from components' ids to sums of money")?.All ?? [])
        {
            targets.Add(field.Name?.Text ?? "", Forms.Money.Read(field) ?? 0);
        }

        return targets.ToImmutable();
    }
}
