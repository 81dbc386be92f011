using System.Collections.Concurrent;
using System.Collections.Immutable;
using Commission.Contracts.V1;
using Commission.Storage;
using Territory = Commission.Engine.Territory;

namespace Commission.Grains.Crediting;

/// <summary>
/// Each silo's copy of every tenant's crediting rules: read from the catalog once, then brought up to date by what
/// changed. Safe for concurrent use.
/// </summary>
/// <param name="catalog">Where the documents are.</param>
/// <param name="settings">Say whether other silos change documents, too.</param>
public sealed class TenantRulesCache(ICatalog catalog, GrainSettings settings) : IDisposable
{
    private const int PageSize = 1000;
    private readonly Lock _asking = new();
    private readonly Dictionary<string, Task<TenantRules>> _awaited = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TenantRules> _rules = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _refreshing = new(1, 1);

    /// <summary>The rules as this silo knows them: at least all changes that were announced to it.</summary>
    public ValueTask<TenantRules> GetAsync(string tenant) =>
        _rules.TryGetValue(tenant, out var rules) ? new(rules) : new(RefreshAsync(tenant));

    /// <summary>
    /// The rules with every change that was acknowledged before this call, by way of whichever silo. Costs a read of
    /// the catalog where there are others; all who ask meanwhile share the next.
    /// </summary>
    public ValueTask<TenantRules> CurrentAsync(string tenant)
    {
        if (!settings.HasOtherSilos)
        {
            return GetAsync(tenant);
        }

        lock (_asking)
        {
            return new(_awaited.TryGetValue(tenant, out var next) ? next : _awaited[tenant] = ReadNextAsync(tenant));
        }
    }

    /// <summary>The rules with at least the changes up to <paramref name="sequence"/>.</summary>
    public ValueTask<TenantRules> GetAsync(string tenant, long sequence) =>
        _rules.TryGetValue(tenant, out var rules) && rules.Sequence >= sequence
            ? new(rules)
            : new(RefreshAsync(tenant));

    /// <summary>The rules with every change that the catalog has.</summary>
    public async Task<TenantRules> RefreshAsync(string tenant)
    {
        await _refreshing.WaitAsync();
        try
        {
            return await ReadAsync(tenant);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _refreshing.Dispose();

    /// <summary>For all who ask before the read begins, and nobody who asks later.</summary>
    private async Task<TenantRules> ReadNextAsync(string tenant)
    {
        // Who asks is to have this task before it begins to read.
        await Task.Yield();
        await _refreshing.WaitAsync();
        try
        {
            lock (_asking)
            {
                _awaited.Remove(tenant);
            }

            return await ReadAsync(tenant);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task<TenantRules> ReadAsync(string tenant)
    {
        var draft = new RulesDraft(_rules.GetValueOrDefault(tenant, TenantRules.Empty));
        IReadOnlyList<CatalogEntry> page;
        do
        {
            page = await catalog.ChangesAsync(tenant, draft.Sequence, PageSize, CancellationToken.None);
            foreach (var entry in page)
            {
                draft.Take(entry);
            }
        }
        while (page.Count == PageSize);

        return _rules[tenant] = draft.ToRules();
    }

    private sealed class RulesDraft(TenantRules from)
    {
        private readonly ImmutableHashSet<string>.Builder _reps = from.Reps.ToBuilder();
        // Builders share what does not change: a draft costs what changed, however many payees there are.
        private readonly ImmutableDictionary<string, Territory>.Builder _territories =
            from.Crediting.Territories.ToBuilder();

        private readonly ImmutableDictionary<string, string>.Builder _managers = from.Crediting.Managers.ToBuilder();
        private long _version = from.Crediting.Version;
        private bool _changed;

        public long Sequence { get; private set; } = from.Sequence;

        public void Take(CatalogEntry entry)
        {
            Sequence = entry.Sequence;
            if (entry.Kind == CatalogKinds.Rep)
            {
                TakeRep(Rep.Parser.ParseFrom(entry.Document.Span), entry.Version);
            }
            else if (entry.Kind == CatalogKinds.Territory)
            {
                var document = Contracts.V1.Territory.Parser.ParseFrom(entry.Document.Span);
                _territories[entry.Id] = TerritoryMapping.ToRecordedTerritory(document);
                (_version, _changed) = (entry.Sequence, true);
            }
        }

        public TenantRules ToRules()
        {
            var crediting = _changed
                ? from.Crediting.With(_version, _territories.ToImmutable(), _managers.ToImmutable())
                : from.Crediting;
            return new TenantRules(Sequence, _reps.ToImmutable(), crediting);
        }

        private void TakeRep(Rep rep, long version)
        {
            _reps.Add(rep.Rep_);
            var before = _managers.GetValueOrDefault(rep.Rep_, "");
            if (before == rep.Manager)
            {
                return;
            }

            // Nobody can have sold a deal before existing: how recorded deals are credited does not change by a new
            // payee.
            (_version, _changed) = (version > 1 ? Sequence : _version, true);
            if (rep.Manager.Length == 0)
            {
                _managers.Remove(rep.Rep_);
            }
            else
            {
                _managers[rep.Rep_] = rep.Manager;
            }
        }
    }
}

/// <summary>The kinds of document in the catalog.</summary>
public static class CatalogKinds
{
    /// <summary>A payee.</summary>
    public const string Rep = "rep";

    /// <summary>A territory.</summary>
    public const string Territory = "territory";

    /// <summary>A plan.</summary>
    public const string Plan = "plan";
}
