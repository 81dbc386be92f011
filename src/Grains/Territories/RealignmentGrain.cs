using System.Collections.Immutable;
using Commission.Contracts.Grains;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;
using Api = Commission.Contracts.V1;
using Territory = Commission.Engine.Territory;

namespace Commission.Grains.Territories;

/// <summary>
/// Changes many territories at once, one request after the other; it keeps nothing. Territories learn of it by the
/// silo's crediting rules.
/// </summary>
public sealed class RealignmentGrain(ICatalog catalog, TenantRulesCache rules, RulesAnnouncer announcer)
    : Grain, IRealignmentGrain
{
    private const int Most = 1000;

    /// <inheritdoc/>
    public async Task<Answer<Api.RealignReply>> Check(Api.RealignRequest request)
    {
        var checkedRequest = await CheckAsync(request);
        return checkedRequest.Value is { } one
            ? new Api.RealignReply { RulesVersion = one.RulesVersion, Changed = one.Changed }
            : new Answer<Api.RealignReply>(null, checkedRequest.Refusals);
    }

    /// <inheritdoc/>
    public async Task<Answer<Api.RealignReply>> Put(Api.RealignRequest request)
    {
        try
        {
            var checkedRequest = await CheckAsync(request);
            return checkedRequest.Value is { } one
                ? await PutAsync(one)
                : new Answer<Api.RealignReply>(null, checkedRequest.Refusals);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    private async Task<Answer<Api.RealignReply>> PutAsync(Drafts drafts)
    {
        var tenant = this.GetPrimaryKeyString();
        var put = await catalog.PutAllAsync(tenant, drafts.All, CancellationToken.None);
        if (put.Any(result => result is CatalogPutResult.VersionConflict))
        {
            return new Refusal(RefusalReason.ConcurrentChange, "put",
                "A territory was changed at the same moment, and nothing was put: try again.");
        }

        // Also after a repeat: the first attempt may have failed between the two steps. Shards ignore what they have.
        var last = put.Max(result => CatalogOutcome.Of(result).Sequence);
        await announcer.AnnounceAsync(tenant, last);
        return new Api.RealignReply
        {
            RulesVersion = (await rules.GetAsync(tenant, last)).Crediting.Version,
            Changed = put.Count(result => result is CatalogPutResult.Put),
            Repeat = put.All(result => result is CatalogPutResult.Unchanged),
        };
    }

    private async Task<Answer<Drafts>> CheckAsync(Api.RealignRequest request)
    {
        if (request.Put.Count is 0 or > Most)
        {
            return new Refusal(RefusalReason.InvalidField, "put",
                $"Expected 1 to {Most} territories; found {request.Put.Count}.");
        }

        // What is read now is what must still hold when all is put.
        var known = await rules.RefreshAsync(this.GetPrimaryKeyString());
        var refusals = RealignmentChecks.Check(request.Put, known);
        if (!refusals.IsEmpty)
        {
            return refusals;
        }

        var drafts = await DraftsAsync(request, known.Crediting.Version);
        return drafts.Changed > 0 && request.RulesVersion != 0 && request.RulesVersion != drafts.RulesVersion
            ? new Refusal(RefusalReason.ConcurrentChange, "rules_version",
                $"The crediting rules are at version {drafts.RulesVersion}: read the territories, and try again.")
            : drafts;
    }

    private async Task<Drafts> DraftsAsync(Api.RealignRequest request, long rulesVersion)
    {
        var drafts = ImmutableArray.CreateBuilder<CatalogDraft>(request.Put.Count);
        var changed = 0;
        foreach (var territory in request.Put)
        {
            var entry = await catalog.GetAsync(
                this.GetPrimaryKeyString(), CatalogKinds.Territory, territory.Territory_, null, CancellationToken.None);
            var bytes = TerritoryDocuments.ToBytes(territory);
            changed += entry is not null && entry.Document.Span.SequenceEqual(bytes) ? 0 : 1;
            drafts.Add(new CatalogDraft(CatalogKinds.Territory, territory.Territory_, entry?.Version ?? 0, bytes));
        }

        return new Drafts(drafts.DrainToImmutable(), changed, rulesVersion);
    }

    private sealed record Drafts(ImmutableArray<CatalogDraft> All, int Changed, long RulesVersion);
}

/// <summary>Checks territories that are put together as the whole that they lead to.</summary>
internal static class RealignmentChecks
{
    private const int MostRefusals = 100;

    /// <summary>What is wrong; empty: nothing. At most a hundred things.</summary>
    public static ImmutableArray<Refusal> Check(IReadOnlyList<Api.Territory> put, TenantRules known)
    {
        var (parsed, refusals) = Parse(put);
        if (refusals.Count == 0)
        {
            var merged = known.Crediting.Territories.SetItems(
                parsed.Select(territory => KeyValuePair.Create(territory.Id, territory)));
            for (var i = 0; i < parsed.Count && refusals.Count < MostRefusals; i++)
            {
                var fields = new Fields();
                TerritoryDocuments.CheckReferences(parsed[i], known, id => merged.GetValueOrDefault(id), fields);
                refusals.AddRange(At(i, fields));
            }
        }

        return [.. refusals.Take(MostRefusals)];
    }

    private static (List<Territory> Parsed, List<Refusal> Refusals) Parse(IReadOnlyList<Api.Territory> put)
    {
        var (parsed, refusals) = (new List<Territory>(put.Count), new List<Refusal>());
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < put.Count && refusals.Count < MostRefusals; i++)
        {
            var fields = new Fields();
            if (TerritoryMapping.ToTerritory(put[i], fields) is { } territory)
            {
                parsed.Add(territory);
                if (!places.TryAdd(territory.Id, i))
                {
                    fields.Refuse("territory", $"'{territory.Id}' is put[{places[territory.Id]}] too: put it once.");
                }
            }

            refusals.AddRange(At(i, fields));
        }

        return (parsed, refusals);
    }

    private static IEnumerable<Refusal> At(int place, Fields fields) => fields.Refusals
        .Select(refusal => refusal with { Field = $"put[{place}].{refusal.Field}" });
}
