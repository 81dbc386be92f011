using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Plans;
using Commission.Grains.Rates;
using Commission.Grains.Telemetry;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Reps;

/// <summary>One payee: takes credits into its account, keeps its books current, answers from memory.</summary>
public sealed partial class RepGrain(
    ILedger ledger,
    IGrainStateStore states,
    ICatalog catalog,
    PlanLibrary plans,
    TenantRulesCache rules,
    TenantRatesCache tenantRates,
    RulesAnnouncer announcer,
    BusinessCalendar calendar,
    LiveAccounts live,
    GrainSettings settings,
    TimeProvider time,
    ILogger<RepGrain> logger) : Grain, IRepGrain, IJournalOwner<CreditRecord>
{
    private AccountJournal<CreditRecord> _journal = null!;
    private AccountSnapshots? _snapshots;
    private RepDocuments _documents = null!;
    private RepFigures _figures = null!;
    private (RepDocuments Documents, RepFigures Figures)? _next;
    private IAsyncStream<RepChanged> _changes = null!;
    private KeptEstimate _kept;
    private string _tenant = "";
    private string _id = "";

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        (_tenant, _id) = GrainKeys.Split(key);
        _journal = new AccountJournal<CreditRecord>(ledger, $"rep/{key}", CreditRecord.Parser, this);
        await live.EnterAsync(_journal, () => LoadAsync(key, cancellationToken));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        live.Leave(_journal);
        return _snapshots?.StopAsync() ?? Task.CompletedTask;
    }

    private async Task LoadAsync(string key, CancellationToken cancellationToken)
    {
        _changes = this.GetStreamProvider(StreamNames.Provider)
            .GetStream<RepChanged>(StreamId.Create(StreamNames.Estimates, key));
        _documents = await RepDocuments.LoadAsync(catalog, plans, _tenant, _id);
        _snapshots = new AccountSnapshots(
            states, ledger, _journal.Account, CreditSnapshot.Format, settings.SnapshotRecords, logger);
        (_figures, var sequence) = await ReadAsync(_documents, cancellationToken);
        _journal.Begin(sequence);
        _snapshots.Grown(sequence);
        await NoteAsync(_documents);
        await KnowRatesAsync();
    }

    /// <inheritdoc/>
    public Task Credit(CreditRecord credit) =>
        MayConvert(credit) ? CreditForeignAsync(credit) : _journal.AppendAsync(credit);

    /// <inheritdoc/>
    public ValueTask<Answer<Estimate>> GetEstimate(string? on)
    {
        var fields = new Fields();
        var day = on is null ? calendar.Today : fields.Day("on", on) ?? default;
        if (!fields.Refused && _kept.Of(day) is { } kept)
        {
            return new(kept);
        }

        if (_documents.Document is null || fields.Refused)
        {
            return new(fields.Refused ? fields.Refusals : Unknown());
        }

        var answer = RepAnswers.Estimate(_documents.Document, _figures, day, _journal.Sequence);
        Complete(answer.Value?.AsOf);
        _kept.Answered(day, answer.Value);
        return new(answer);
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<Preview>> Preview(Deal deal)
    {
        var known = await rules.CurrentAsync(_tenant);
        if (_documents.Document is null)
        {
            return Unknown();
        }

        var by = await RatesOfAsync(deal);
        var answer = RepAnswers.Preview(
            _documents.Document, _figures, deal, known, by, calendar.Today, _journal.Sequence);
        Complete(answer.Value?.AsOf);
        return answer;
    }

    /// <inheritdoc/>
    public async Task<Answer<PutRepReply>> Put(Rep rep)
    {
        Invariant.Holds(rep.Rep_ == _id, $"payee {rep.Rep_} was sent to the grain of {_id}");
        try
        {
            return await PutAsync(rep);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Answer<Rep>> Get() => new(_documents.Document is { } document ? document.ToApi() : Unknown());

    /// <inheritdoc/>
    public async Task PlanPublished(string plan, long sequence, long document)
    {
        if (_documents.Include(plan, sequence))
        {
            return;
        }

        try
        {
            await ReloadAsync((plan, sequence), document);
        }
        catch (FencedException)
        {
            // This activation was given up, and the next one reads everything anew.
        }
    }

    /// <inheritdoc/>
    bool IJournalOwner<CreditRecord>.IsNews(CreditRecord record) => _figures.IsNews(record);

    /// <inheritdoc/>
    void IJournalOwner<CreditRecord>.Stamp(CreditRecord record) =>
        record.RecordedMs = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), _figures.RecordedMs);

    /// <inheritdoc/>
    void IJournalOwner<CreditRecord>.Apply(CreditRecord record)
    {
        _figures.Apply(record);
        _next?.Figures.Apply(record);
        if (_next is { } next && next.Figures.Documents == next.Documents.Sequence)
        {
            (_documents, _figures, _next) = (next.Documents, next.Figures, null);
        }
    }

    /// <inheritdoc/>
    void IJournalOwner<CreditRecord>.Applied()
    {
        _kept = default;
        _snapshots!.Grown(_journal.Sequence);
        _ = TellWatchersAsync();
    }

    /// <inheritdoc/>
    void IJournalOwner<CreditRecord>.GiveUp() => DeactivateOnIdle();

    /// <summary>Nothing is kept of a payee that there is not: anyone may ask for as many as there are names.</summary>
    private Refusal Unknown()
    {
        DeactivateOnIdle();
        return new(RefusalReason.UnknownRep, "rep", $"No payee has the id '{_id}'.");
    }

    private async Task<Answer<PutRepReply>> PutAsync(Rep rep)
    {
        var fields = await RepDocuments.CheckAsync(rep, plans, await rules.RefreshAsync(_tenant), _tenant);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var put = await catalog.PutAsync(
            _tenant, CatalogKinds.Rep, _id, null, RepDocuments.ToBytes(rep), CancellationToken.None);
        var (version, sequence, isRepeat) = CatalogOutcome.Of(put);
        await ReloadAsync();
        // Nobody can have sold a deal before existing: only a change can alter who manages whom for recorded deals.
        if (version > 1)
        {
            await announcer.AnnounceIfCreditingAsync(_tenant, sequence);
        }
        else
        {
            await rules.GetAsync(_tenant, sequence);
        }

        return new PutRepReply { Version = version, Repeat = isRepeat };
    }

    /// <summary>
    /// Recomputes the figures from the account by the documents as they are now; queries go on meanwhile. The new ones
    /// hold from their note in the account on: a state of the account has one answer, then and later.
    /// </summary>
    private async Task ReloadAsync((string Plan, long Sequence)? published = null, long document = 0)
    {
        try
        {
            var known = published is { } one ? await _documents.WithAsync(plans, _tenant, one, document) : null;
            var documents = known ?? await RepDocuments.LoadAsync(catalog, plans, _tenant, _id, published);
            if (documents.Sequence <= _figures.Documents)
            {
                return;
            }

            var (figures, reached) = await ReadAsync(documents, CancellationToken.None);
            while (reached < _journal.Sequence)
            {
                reached = await _journal.ReplayAsync(reached, figures.Apply);
            }

            _next = (documents, figures);
            await NoteAsync(documents);
            await KnowRatesAsync();
            GrainMeters.CountPayee();
        }
        catch
        {
            // The documents have changed: nobody may go on to answer by the old ones.
            DeactivateOnIdle();
            throw;
        }
    }

    private Task NoteAsync(RepDocuments documents) =>
        _journal.AppendAsync(new CreditRecord { Documents = documents.Sequence });

    private async Task<(RepFigures Figures, long Sequence)> ReadAsync(
        RepDocuments documents, CancellationToken cancellation)
    {
        _rates = Newer(tenantRates.Known(_tenant));
        var read = await _snapshots!.ReadAsync(() => new RepFigures(documents.Assignments, RatesAt), cancellation);
        if (read.Reader.Rates > _rates.Sequence)
        {
            // Another silo knew them when it noted them in the account.
            _rates = Newer(await tenantRates.GetAsync(_tenant, read.Reader.Rates));
            read.Reader.Revalue();
        }

        return read;
    }

    private void Complete(AsOf? asOf)
    {
        asOf?.Documents = _documents.Sequence;
        asOf?.Rates = _figures.Rates;
    }

    private async Task TellWatchersAsync()
    {
        try
        {
            await _changes.OnNextAsync(new RepChanged(_journal.Sequence));
        }
        catch (Exception failure)
        {
            // A watcher that misses this sees the next, or the state at its next heartbeat.
            NotTold(logger, failure, _id);
        }
    }

    [LoggerMessage(3, LogLevel.Warning, "The watchers of {Rep} could not be told of a change.")]
    private static partial void NotTold(ILogger logger, Exception failure, string rep);
}
