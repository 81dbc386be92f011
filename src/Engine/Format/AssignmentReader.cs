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
        var fields = spot.Fields("plan", "from", "to", "quotas", "targets", "prorate");
        if (fields is null)
        {
            return null;
        }

        var inCase = planOfCase is not null;
        var plan = (inCase ? fields["plan"] : fields.Need("plan"))?.Id() ?? planOfCase ?? "";
        var from = (inCase ? fields["from"] : fields.Need("from"))?.Date();
        var to = fields["to"]?.Date();
        if (to < from)
        {
            fields["to"]?.Error("lies before 'from'");
        }

        var quotas = ReadQuotas(fields["quotas"]);
        var targets = ReadTargets(fields["targets"]);
        var prorate = fields["prorate"]?.Choice(Words.Prorate) ?? default;
        return spot.Problems.Errors > errors ? null : new Assignment(plan, from, to, quotas, targets, prorate);
    }

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
            targets.Add(field.Name?.Text ?? "", field.Plain("a sum of money") ?? 0);
        }

        return targets.ToImmutable();
    }
}
