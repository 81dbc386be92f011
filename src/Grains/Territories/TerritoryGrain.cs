using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Storage;
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
    private Engine.Territory? _known;
    private string _tenant = "";
    private string _id = "";

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_tenant, _id) = GrainKeys.Split(this.GetPrimaryKeyString());
        _journal = new(ledger, $"territory/{_tenant}/{_id}", TerritoryRecord.Parser, this);
        await live.EnterAsync(_journal, () => LoadAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        live.Leave(_journal);
        return Task.CompletedTask;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        await ReadDocumentAsync(cancellationToken);
        await _journal.LoadAsync(cancellationToken);
    }

    private async Task ReadDocumentAsync(CancellationToken cancellationToken)
    {
        var entry = await catalog.GetAsync(_tenant, CatalogKinds.Territory, _id, null, cancellationToken);
        _document = entry is null ? null : Territory.Parser.ParseFrom(entry.Document.Span);
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
    public async ValueTask<Answer<TerritoryView>> Get(string? on)
    {
        var fields = new Fields();
        var (day, document) = await AskedAsync(on, fields);
        return fields.Refused ? fields.Refusals : View(document!, day);
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<TerritoryNode>> Totals(string? on)
    {
        var fields = new Fields();
        var (day, document) = await AskedAsync(on, fields);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var view = View(document!, day);
        return new TerritoryNode
        {
            Territory = _id, Month = view.Month, Quarter = view.Quarter, Year = view.Year, All = view.All,
            AsOf = view.AsOf,
        };
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
            var known = await rules.RefreshAsync(_tenant);
            TerritoryDocuments.CheckReferences(
                parsed, known, id => known.Crediting.Territories.GetValueOrDefault(id), fields);
        }

        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var put = await catalog.PutAsync(
            _tenant, CatalogKinds.Territory, _id, null, TerritoryDocuments.ToBytes(territory), CancellationToken.None);
        _document = territory;
        var (version, sequence, isRepeat) = CatalogOutcome.Of(put);
        // Also after a repeat: the first attempt may have failed between the two steps. Shards ignore what they have.
        await announcer.AnnounceAsync(_tenant, sequence);
        return new PutTerritoryReply { Version = version, Repeat = isRepeat };
    }

    private async ValueTask<(DateOnly Day, Territory? Document)> AskedAsync(string? on, Fields fields)
    {
        var day = on is null ? calendar.Today : fields.Day("on", on) ?? default;
        // Many territories may be put at once, without this grain: the rules show that this one was.
        var known = (await rules.CurrentAsync(_tenant)).Crediting.Territories.GetValueOrDefault(_id);
        if (!ReferenceEquals(known, _known))
        {
            await ReadDocumentAsync(CancellationToken.None);
            _known = known;
        }

        if (_document is null)
        {
            // Anyone may ask for as many as there are names.
            DeactivateOnIdle();
            fields.Refuse(RefusalReason.UnknownTerritory, "territory", $"No territory has the id '{_id}'.");
        }

        return (day, _document);
    }

    private TerritoryView View(Territory document, DateOnly day) => new()
    {
        Territory = document,
        Month = Total(WindowKind.Month, day),
        Quarter = Total(WindowKind.Quarter, day),
        Year = Total(WindowKind.Year, day),
        All = _totals.Total(),
        AsOf = _progress.ToApi(_journal.Sequence),
    };

    private TerritoryTotal Total(WindowKind kind, DateOnly day) =>
        _totals.Total(kind, day).WithQuota(TerritoryMapping.ToQuota(_document!, new Fields()), kind, day);
}
