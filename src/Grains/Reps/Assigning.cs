using Commission.Contracts.Grains;
using Commission.Grains.Crediting;
using Commission.Grains.Plans;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>Puts one assignment into a payee's document.</summary>
internal static class Assigning
{
    private const string At = "assignment";

    /// <summary>What is wrong with an assignment by itself; empty: nothing.</summary>
    public static async Task<IReadOnlyList<Refusal>> CheckAsync(
        string rep, Api.Assignment? assignment, PlanLibrary plans, TenantRules known, string tenant)
    {
        if (assignment is null)
        {
            return [new Refusal(RefusalReason.InvalidField, At, "An assignment is required.")];
        }

        var alone = new Api.Rep { Rep_ = rep, Assignments = { assignment } };
        var fields = await RepDocuments.CheckAsync(alone, plans, known, tenant);
        return [.. fields.Refusals.Select(refusal => refusal with
        {
            Field = refusal.Field.Replace("assignments[0]", At, StringComparison.Ordinal),
        })];
    }

    /// <summary>
    /// The document with the assignment in place of the one that begins on the same day; the others are cut to the days
    /// that it does not have, or refused. The same document where nothing is to be changed.
    /// </summary>
    /// <param name="document">Valid; not changed.</param>
    /// <param name="assignment">Valid.</param>
    /// <param name="overlap">What becomes of the others.</param>
    public static Answer<Api.Rep> Put(Api.Rep document, Api.Assignment assignment, Api.Overlap overlap)
    {
        var span = SpanOf(assignment);
        var others = document.Assignments.Index()
            .Where(one => one.Item.From != assignment.From)
            .Select(one => (one.Index, one.Item, Days: SpanOf(one.Item)))
            .ToList();
        var hit = others.Where(other => other.Days.From <= span.To && other.Days.To >= span.From).ToList();
        if (hit.Count == 0 && document.Assignments.Contains(assignment))
        {
            return document;
        }

        if (hit.Count > 0 && overlap != Api.Overlap.Cut)
        {
            return new Answer<Api.Rep>(
                null, [.. hit.Select(other => Overlapping(other.Index, other.Item, other.Days, span))]);
        }

        var parts = others.SelectMany(other => Without(other.Item, other.Days, span)).Append(assignment);
        var result = document.Clone();
        result.Assignments.Clear();
        result.Assignments.AddRange(parts.OrderBy(part => part.From, StringComparer.Ordinal));
        var fields = new Fields();
        RepMapping.ToAssignments(result, fields);
        return fields.Refused ? fields.Refusals : result;
    }

    /// <summary>What is left of an assignment outside of some days.</summary>
    private static IEnumerable<Api.Assignment> Without(
        Api.Assignment other, (DateOnly From, DateOnly To) days, (DateOnly From, DateOnly To) span)
    {
        if (days.To < span.From || days.From > span.To)
        {
            yield return other;
            yield break;
        }

        if (days.From < span.From)
        {
            var before = other.Clone();
            before.To = span.From.AddDays(-1).ToText();
            yield return before;
        }

        if (days.To > span.To)
        {
            var after = other.Clone();
            after.From = span.To.AddDays(1).ToText();
            yield return after;
        }
    }

    private static Refusal Overlapping(
        int index, Api.Assignment other, (DateOnly From, DateOnly To) days, (DateOnly From, DateOnly To) span)
    {
        var field = days.From < span.From ? $"{At}.from" : $"{At}.to";
        var until = other.To.Length == 0 ? "open" : other.To;
        return new Refusal(RefusalReason.InvalidField, field,
            $"assignments[{index}] (plan '{other.Plan}', {other.From} to {until}) has days of it: choose other days, "
            + "or cut that one by overlap CUT.");
    }

    private static (DateOnly From, DateOnly To) SpanOf(Api.Assignment assignment)
    {
        var fields = new Fields();
        var from = fields.Day("from", assignment.From);
        var to = fields.OptionalDay("to", assignment.To) ?? DateOnly.MaxValue;
        Invariant.Holds(!fields.Refused, $"an assignment from {assignment.From} to {assignment.To} was checked");
        return (from!.Value, to);
    }
}
