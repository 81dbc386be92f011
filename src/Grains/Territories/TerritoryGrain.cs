using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;
using Google.Protobuf;
using Territory = Commission.Contracts.V1.Territory;

namespace Commission.Grains.Territories;

/// <summary>One territory: its document, and the live totals of its deals and of all territories below it.</summary>
public sealed class TerritoryGrain(
    ILedger ledger,
    ICatalog catalog,
    TenantRulesCache rules,
    RulesAnnouncer announcer,
    BusinessCalendar calendar,
    LiveAccounts live,
    TimeProvider time) : Grain, ITerritoryGrain, IJournalOwner<TerritoryRecord>
{
    private readonly TerritoryTotals _totals = new();
    private readonly Progress _progress = new();
    private AccountJournal<TerritoryRecord> _journal = null!;
    private Territory? _document;
    private IDisposable? _lease;
    private string _tenant = "";
    private string _id = "";

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_tenant, _id) = GrainKeys.Split(this.GetPrimaryKeyString());
        _journal = new(ledger, $"territory/{_tenant}/{_id}", TerritoryRecord.Parser, this);
        _lease = await live.EnterAsync(
            $"territory/{_tenant}/{_id}", () => _journal.Sequence, () => LoadAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _lease?.Dispose();
        return Task.CompletedTask;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var entry = await catalog.GetAsync(_tenant, CatalogKinds.Territory, _id, null, cancellationToken);
        _document = entry is null ? null : Territory.Parser.ParseFrom(entry.Document.Span);
        await _journal.LoadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task Credit(TerritoryRecord record) => _journal.AppendAsync(record);

    /// <inheritdoc/>
    public async Task<Answer<PutTerritoryReply>> Put(Territory territory)
    {
        Invariant.Holds(
            territory.Territory_ == _id, $"territory {territory.Territory_} was sent to the grain of {_id}");
        try
        {
            return await PutAsync(territory);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Answer<TerritoryView>> Get(string? on)
    {
        var fields = new Fields();
        var day = on is null ? calendar.Today : fields.Day("on", on) ?? default;
        if (_document is null)
        {
            // Anyone may ask for as many as there are names.
            DeactivateOnIdle();
            fields.Refuse(RefusalReason.UnknownTerritory, "territory", $"No territory has the id '{_id}'.");
        }

        return new(fields.Refused ? fields.Refusals : View(day));
    }

    /// <inheritdoc/>
    bool IJournalOwner<TerritoryRecord>.IsNews(TerritoryRecord record) =>
        record.Revision > _totals.RevisionOf(record.Deal);

    /// <inheritdoc/>
    void IJournalOwner<TerritoryRecord>.Stamp(TerritoryRecord record) =>
        record.RecordedMs = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    void IJournalOwner<TerritoryRecord>.Apply(TerritoryRecord record)
    {
        if (record.Revision > _totals.RevisionOf(record.Deal))
        {
            _totals.Apply(record);
            _progress.Include(record.Position, record.RecordedMs);
        }
    }

    /// <inheritdoc/>
    void IJournalOwner<TerritoryRecord>.Applied()
    {
        // Nobody watches territories yet.
    }

    /// <inheritdoc/>
    void IJournalOwner<TerritoryRecord>.GiveUp() => DeactivateOnIdle();

    private async Task<Answer<PutTerritoryReply>> PutAsync(Territory territory)
    {
        var fields = new Fields();
        var parsed = TerritoryMapping.ToTerritory(territory, fields);
        if (parsed is not null)
        {
            CheckReferences(parsed, await rules.RefreshAsync(_tenant), fields);
        }

        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var put = await catalog.PutAsync(
            _tenant, CatalogKinds.Territory, _id, null, territory.ToByteArray(), CancellationToken.None);
        _document = territory;
        var (version, sequence, isRepeat) = CatalogOutcome.Of(put);
        // Also after a repeat: the first attempt may have failed between the two steps. Shards ignore what they have.
        await announcer.AnnounceAsync(_tenant, sequence);
        return new PutTerritoryReply { Version = version, Repeat = isRepeat };
    }

    private TerritoryView View(DateOnly day) => new()
    {
        Territory = _document,
        Month = _totals.Total(WindowKind.Month, day),
        Quarter = _totals.Total(WindowKind.Quarter, day),
        Year = _totals.Total(WindowKind.Year, day),
        All = _totals.Total(),
        AsOf = _progress.ToApi(_journal.Sequence),
    };

    private static void CheckReferences(Engine.Territory territory, TenantRules known, Fields fields)
    {
        for (var i = 0; i < territory.Members.Length; i++)
        {
            if (!known.Reps.Contains(territory.Members[i].Rep))
            {
                fields.Refuse(RefusalReason.UnknownRep, $"members[{i}].rep",
                    $"No payee has the id '{territory.Members[i].Rep}': put it first, or correct the id.");
            }
        }

        if (territory.Parent is not null && !known.Crediting.Territories.ContainsKey(territory.Parent))
        {
            fields.Refuse(RefusalReason.UnknownTerritory, "parent",
                $"No territory has the id '{territory.Parent}': put it first, or correct the id.");
        }

        // Two that were put at the same moment may have made a cycle above this one.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var above = territory.Parent; above is not null && seen.Add(above);)
        {
            if (above == territory.Id)
            {
                fields.Refuse("parent", $"'{territory.Parent}' lies below '{territory.Id}': a tree has no cycles.");
                return;
            }

            above = known.Crediting.Territories.TryGetValue(above, out var parent) ? parent.Parent : null;
        }
    }
}
