using System.Collections.Concurrent;
using System.Text;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Storage;

namespace Commission.Grains.Plans;

/// <summary>
/// Published plans, parsed once for each text, so that a hundred thousand payees share one plan. Safe for concurrent
/// use.
/// </summary>
/// <param name="catalog">Where the documents are.</param>
public sealed class PlanLibrary(ICatalog catalog)
{
    private readonly ConcurrentDictionary<string, Plan> _byText = new(StringComparer.Ordinal);
    private const int MostDrafts = 16;
    private readonly ConcurrentDictionary<(string Tenant, string Plan), PlanVersions> _latest = new();
    private readonly ConcurrentDictionary<string, Plan> _drafts = new(StringComparer.Ordinal);

    /// <summary>A plan's versions, with at least those published up to a change of the catalog.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="plan">Its id.</param>
    /// <param name="sequence">Of a publication of this plan: payees that are told of it read the plan once.</param>
    public ValueTask<PlanVersions> VersionsAsync(string tenant, string plan, long sequence) =>
        _latest.TryGetValue((tenant, plan), out var known) && sequence > 0 && known.Sequence >= sequence
            ? new(known)
            : new(VersionsAsync(tenant, plan));

    /// <summary>A plan's versions as they are now; none when it was never published.</summary>
    public async Task<PlanVersions> VersionsAsync(string tenant, string plan)
    {
        var read = await VersionsUntilAsync(tenant, plan, long.MaxValue);
        if (read.Versions.IsEmpty)
        {
            // Not kept: payees may be put with any names of plans.
            return read;
        }

        return _latest.AddOrUpdate(
            (tenant, plan), read, (_, known) => known.Sequence >= read.Sequence ? known : read);
    }

    /// <summary>A plan's versions as they were when the tenant's catalog had come to a change.</summary>
    /// <param name="tenant">Whose plan.</param>
    /// <param name="plan">Its id.</param>
    /// <param name="until">The last change that counts.</param>
    /// <remarks>Of two publications for the same day the later stands.</remarks>
    public async Task<PlanVersions> VersionsUntilAsync(string tenant, string plan, long until)
    {
        var byDay = new SortedDictionary<DateOnly, Plan>();
        var sequence = 0L;
        var entries = await catalog.VersionsAsync(tenant, CatalogKinds.Plan, plan, CancellationToken.None);
        foreach (var entry in entries.TakeWhile(entry => entry.Sequence <= until))
        {
            var version = Parse(entry);
            byDay[version.Effective] = version;
            sequence = entry.Sequence;
        }

        return new PlanVersions([.. byDay.Values], sequence);
    }

    /// <summary>A plan that isn't published, parsed once for all whom it is tried on.</summary>
    /// <param name="text">Valid.</param>
    public Plan Draft(string text)
    {
        if (_drafts.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_drafts.Count >= MostDrafts)
        {
            _drafts.Clear();
        }

        var parsed = PlanFormat.ParsePlan(text);
        Invariant.Holds(parsed.IsValid, $"a plan of {text.Length} characters that is tried is not valid");
        return _drafts[text] = parsed.Value!;
    }

    /// <summary>A published plan.</summary>
    public Plan Parse(CatalogEntry entry)
    {
        var text = Encoding.UTF8.GetString(entry.Document.Span);
        return _byText.GetOrAdd(text, static (text, entry) =>
        {
            var parsed = PlanFormat.ParsePlan(text);
            Invariant.Holds(
                parsed.IsValid, $"published plan {entry.Id}, version {entry.Version}, is not valid any more");
            return parsed.Value!;
        }, entry);
    }
}
