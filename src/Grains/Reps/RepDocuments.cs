using System.Collections.Immutable;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Plans;
using Commission.Storage;
using Google.Protobuf;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Reps;

/// <summary>What follows from a payee's document and the plans that it names.</summary>
/// <param name="Payee">Null when the payee was never put.</param>
/// <param name="Assigned">The plans.</param>
/// <param name="Sequence">Of the last change to any of them, in the tenant's catalog.</param>
/// <param name="Own">Of the last change to the document alone; 0 without one.</param>
internal sealed record RepDocuments(Payee? Payee, AssignedPlans Assigned, long Sequence, long Own)
{
    private static readonly RepDocuments None = new(null, AssignedPlans.None, 0, 0);

    /// <summary>In order of dates.</summary>
    public ImmutableArray<PlanAssignment> Assignments => Assigned.Assignments;

    /// <summary>Whether what a deal in a currency counts may depend on rates: the payee is or was on a plan in another.
    /// </summary>
    public bool MayConvert(string currency)
    {
        foreach (var assigned in Assignments)
        {
            foreach (var plan in assigned.Versions)
            {
                if (!string.Equals(plan.Currency.Code, currency, StringComparison.Ordinal))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a publication of a plan is included, or does not concern the payee.</summary>
    public bool Include(string plan, long sequence) => Assignments.Zip(Assigned.Published)
        .All(one => one.First.Assignment.Plan != plan || one.Second >= sequence);

    /// <summary>The same document with a publication of its only plan; null: they are to be read.</summary>
    /// <param name="plans">Reads plans.</param>
    /// <param name="tenant">The payee's tenant.</param>
    /// <param name="published">The publication.</param>
    /// <param name="document">Of the last change to the document at some moment after the publication.</param>
    public async ValueTask<RepDocuments?> WithAsync(
        PlanLibrary plans, string tenant, (string Plan, long Sequence) published, long document)
    {
        // What changed after the publication may have come together with what is not known here.
        if (document != Own || Own > published.Sequence
            || Assignments.Any(assigned => assigned.Assignment.Plan != published.Plan))
        {
            return null;
        }

        var plan = await plans.VersionsAsync(tenant, published.Plan, published.Sequence);
        return plan.Sequence == published.Sequence && Payee is not null
            ? new RepDocuments(
                Payee,
                AssignedPlans.Of([.. Assignments.Select(assigned => plan.For(assigned.Assignment))]),
                plan.Sequence,
                Own)
            : null;
    }

    /// <summary>Reads them as they are now: all changes up to their sequence, and none after it.</summary>
    /// <param name="catalog">Where they are.</param>
    /// <param name="plans">Reads plans.</param>
    /// <param name="tenant">The payee's tenant.</param>
    /// <param name="rep">The payee.</param>
    /// <param name="published">
    /// The publication that it is about, of which the silo may have read the plan already; null: any may have come.
    /// </param>
    public static async Task<RepDocuments> LoadAsync(
        ICatalog catalog, PlanLibrary plans, string tenant, string rep, (string Plan, long Sequence)? published = null)
    {
        var documents = None;
        long before;
        do
        {
            // The publication came before this reading, which so has all up to it.
            before = Math.Max(documents.Sequence, published?.Sequence ?? 0);
            var entry = await catalog.GetAsync(tenant, CatalogKinds.Rep, rep, null, CancellationToken.None);
            documents = await ReadAsync(rep, entry, (tenant, plan) => plans.VersionsAsync(
                tenant, plan, published is { } known && known.Plan == plan ? known.Sequence : 0));
            // What was read first may be older than what was read last, unless the first is the newest.
            before = Math.Max(before, entry?.Sequence ?? 0);
            if (published is { } one && !documents.EndsWith(one.Plan))
            {
                // The plan that the silo had read may have been published again before what is newer here.
                (published, before) = (null, -1);
            }
        }
        while (documents.Sequence > before);

        return documents;
    }

    /// <summary>Reads them as they were when the tenant's catalog had come to a change.</summary>
    public static async Task<RepDocuments> LoadAsync(
        ICatalog catalog, PlanLibrary plans, string tenant, string rep, long until)
    {
        var versions = await catalog.VersionsAsync(tenant, CatalogKinds.Rep, rep, CancellationToken.None);
        return await ReadAsync(
            rep,
            versions.LastOrDefault(entry => entry.Sequence <= until),
            (tenant, plan) => new(plans.VersionsUntilAsync(tenant, plan, until)));
    }

    // Whether the last change is one of this plan.
    private bool EndsWith(string plan) => Assignments.Zip(Assigned.Published)
        .All(one => one.First.Assignment.Plan != plan || one.Second == Sequence);

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

    private static async Task<RepDocuments> ReadAsync(
        string rep, CatalogEntry? entry, Func<string, string, ValueTask<PlanVersions>> read)
    {
        if (entry is null)
        {
            return None;
        }

        var (payee, assignments) = Read(rep, entry);
        var sequence = entry.Sequence;
        var assigned = new List<AssignedPlans>(assignments.Length);
        foreach (var assignment in assignments)
        {
            var plan = await read(entry.Tenant, assignment.Plan);
            sequence = Math.Max(sequence, plan.Sequence);
            assigned.Add(plan.For(assignment));
        }

        return new RepDocuments(payee, AssignedPlans.Of(assigned), sequence, entry.Sequence);
    }

    private static (Payee Payee, ImmutableArray<Assignment> Assignments) Read(string rep, CatalogEntry entry)
    {
        var document = Api.Rep.Parser.ParseFrom(entry.Document.Span);
        var fields = new Fields();
        var assignments = RepMapping.ToAssignments(document, fields);
        Invariant.Holds(
            !fields.Refused && document.Rep_ == rep,
            $"payee {entry.Id}, version {entry.Version}, is not valid any more");
        return (new Payee(rep, document.Name, document.Manager), assignments);
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
