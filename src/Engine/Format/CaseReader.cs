using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads conformance cases.</summary>
internal static class CaseReader
{
    /// <summary>One case, or a list of cases with ids that differ.</summary>
    public static ImmutableArray<ConformanceCase> ReadAll(Spot spot)
    {
        var items = spot.Node is MapNode ? [spot] : spot.ItemsInTurn("a case, or a list of cases") ?? [];
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. items.Select(item => Read(item, ids)).OfType<ConformanceCase>()];
    }

    private static ConformanceCase? Read(Spot spot, HashSet<string> ids)
    {
        var errors = spot.Problems.Errors;
        var fields = spot.Fields(CaseShapes.Case);
        if (fields is null)
        {
            return null;
        }

        var id = fields.Need("id")?.Label() ?? "";
        if (!ids.Add(id) && id.Length > 0)
        {
            fields["id"]?.Error($"another case above has the id '{id}'");
        }

        var (plans, arePlansRead) = Counted(spot, () => ReadPlans(fields));
        var at = fields.Need("assignment");
        var assignment = at is null ? null : AssignmentReader.Read(at, plans.FirstOrDefault()?.Id ?? "");
        var (credits, areCreditsRead) = Counted(spot, () => CreditReader.Read(fields.Need("credits")));
        var expect = fields["expect"] is { } expected
            ? ExpectReader.Read(expected, arePlansRead ? plans : [], areCreditsRead ? credits : [])
            : null;
        var (source, category) = (fields["source"]?.Text() ?? "", fields["category"]?.Label() ?? "");
        CheckPairs(at, plans, assignment);
        return assignment is null || spot.Problems.Errors > errors
            ? null
            : new ConformanceCase(id, source, category, plans, assignment, credits, expect);
    }

    // What is in error is not known, and so nothing can be said of what refers to it.
    private static (T Value, bool IsRead) Counted<T>(Spot spot, Func<T> read)
    {
        var errors = spot.Problems.Errors;
        var value = read();
        return (value, spot.Problems.Errors == errors);
    }

    private static ImmutableArray<Plan> ReadPlans(Fields fields)
    {
        var spot = fields.OneOf(CaseShapes.PlanOrPlans.Names);
        if (spot is not { Name.Text: "plans" })
        {
            return spot is null || PlanReader.Read(spot) is not { } plan ? [] : [plan];
        }

        var plans = new List<Plan>();
        foreach (var item in spot.Items("a list of one plan's versions") ?? [])
        {
            if (PlanReader.Read(item) is { } plan)
            {
                CheckVersion(item, plan, plans);
                plans.Add(plan);
            }
        }

        return [.. plans.OrderBy(plan => plan.Effective)];
    }

    private static void CheckVersion(Spot spot, Plan plan, List<Plan> others)
    {
        var fields = spot.AnyFields("a plan");
        if (others.Count > 0 && others[0].Id != plan.Id)
        {
            fields?["plan"]?.Error($"the versions of a plan have one id, '{others[0].Id}'", others[0].Id);
        }

        if (others.Exists(other => other.Effective == plan.Effective))
        {
            fields?["effective"]?.Error("another version takes effect on the same day");
        }
    }

    private static void CheckPairs(Spot? at, ImmutableArray<Plan> plans, Assignment? assignment)
    {
        if (at is null || assignment is null)
        {
            return;
        }

        foreach (var problem in plans.IsEmpty ? [] : PairChecks.Run(plans, assignment))
        {
            var spot = problem.Way.Aggregate(at, (outer, step) =>
                outer.Inner(step) ?? new Spot(outer.Node, null, outer.Path.Field(step), at.Problems));
            at.Problems.Add(new Problem(problem.Severity, spot.Path.ToString(), spot.Node.Line, spot.Node.Column,
                problem.Message, problem.Hint));
        }
    }
}
