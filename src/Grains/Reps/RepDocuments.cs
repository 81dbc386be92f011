using System.Collections.Immutable;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Plans;
using Commission.Storage;
using Google.Protobuf;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>A payee's document and the plans that it names.</summary>
/// <param name="Document">Null when the payee was never put.</param>
/// <param name="Version">Of the document; 0 without one.</param>
/// <param name="Assignments">In order of dates.</param>
/// <param name="Sequence">Of the last change to any of them, in the tenant's catalog.</param>
internal sealed record RepDocuments(
    Api.Rep? Document, long Version, ImmutableArray<PlanAssignment> Assignments, long Sequence)
{
    /// <summary>Reads them as they are now.</summary>
    public static async Task<RepDocuments> LoadAsync(ICatalog catalog, PlanLibrary plans, string tenant, string rep)
    {
        var entry = await catalog.GetAsync(tenant, CatalogKinds.Rep, rep, null, CancellationToken.None);
        if (entry is null)
        {
            return new RepDocuments(null, 0, [], 0);
        }

        var document = Api.Rep.Parser.ParseFrom(entry.Document.Span);
        var fields = new Fields();
        var assignments = RepMapping.ToAssignments(document, fields);
        Invariant.Holds(!fields.Refused, $"payee {rep}, version {entry.Version}, is not valid any more");
        return await WithPlansAsync(document, entry, assignments, plans);
    }

    /// <summary>What is wrong with a document that is to be put; empty: nothing.</summary>
    public static async Task<Fields> CheckAsync(Api.Rep rep, PlanLibrary plans, TenantRules known, string tenant)
    {
        var fields = new Fields();
        var assignments = RepMapping.ToAssignments(rep, fields);
        if (!fields.Refused)
        {
            CheckManager(rep, known, fields);
            foreach (var assignment in assignments)
            {
                // In order of dates, which need not be that of the document; no two begin on one day.
                var place = rep.Assignments.TakeWhile(stated => stated.From != assignment.From?.ToText()).Count();
                await CheckPlanAsync(assignment, $"assignments[{place}]", plans, tenant, fields);
            }
        }

        return fields;
    }

    /// <summary>The document as it is stored: canonical, so that the same document is the same bytes.</summary>
    public static byte[] ToBytes(Api.Rep rep)
    {
        var sorted = rep.Clone();
        foreach (var assignment in sorted.Assignments)
        {
            Sort(assignment.Quotas);
            Sort(assignment.Targets);
            foreach (var quota in assignment.Quotas.Values)
            {
                Sort(quota.Amounts);
            }
        }

        return sorted.ToByteArray();
    }

    private static void Sort<TValue>(Google.Protobuf.Collections.MapField<string, TValue> map)
    {
        var entries = map.OrderBy(entry => entry.Key, StringComparer.Ordinal).ToList();
        map.Clear();
        entries.ForEach(entry => map.Add(entry.Key, entry.Value));
    }

    private static async Task<RepDocuments> WithPlansAsync(
        Api.Rep document, CatalogEntry entry, ImmutableArray<Assignment> assignments, PlanLibrary plans)
    {
        var sequence = entry.Sequence;
        var assigned = ImmutableArray.CreateBuilder<PlanAssignment>(assignments.Length);
        foreach (var assignment in assignments)
        {
            var plan = await plans.VersionsAsync(entry.Tenant, assignment.Plan);
            sequence = Math.Max(sequence, plan.Sequence);
            assigned.Add(new PlanAssignment(assignment, plan.Versions));
        }

        return new RepDocuments(document, entry.Version, assigned.DrainToImmutable(), sequence);
    }

    private static void CheckManager(Api.Rep rep, TenantRules known, Fields fields)
    {
        if (rep.Manager.Length > 0 && !known.Reps.Contains(rep.Manager))
        {
            fields.Refuse(Contracts.Grains.RefusalReason.UnknownRep, "manager",
                $"No payee has the id '{rep.Manager}': put the manager first, or correct the id.");
        }

        // Two that were put at the same moment may have made a cycle above this one.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var managers = known.Crediting.Managers;
        for (var above = rep.Manager;
            above.Length > 0 && seen.Add(above);
            above = managers.GetValueOrDefault(above, ""))
        {
            if (above == rep.Rep_)
            {
                fields.Refuse("manager", $"'{rep.Manager}' reports to '{rep.Rep_}': nobody manages their own manager.");
                return;
            }
        }
    }

    private static async Task CheckPlanAsync(
        Assignment assignment, string at, PlanLibrary plans, string tenant, Fields fields)
    {
        var versions = (await plans.VersionsAsync(tenant, assignment.Plan)).Versions;
        if (versions.IsEmpty)
        {
            fields.Refuse(Contracts.Grains.RefusalReason.UnknownPlan, $"{at}.plan",
                $"No plan '{assignment.Plan}' was published: publish it first, or correct the id.");
        }

        foreach (var problem in versions.SelectMany(plan => PlanFormat.Check(plan, assignment)))
        {
            if (problem.Severity == ProblemSeverity.Error)
            {
                fields.Refuse(problem.Path.Length == 0 ? at : $"{at}.{problem.Path}", problem.Message);
            }
        }
    }
}
