using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Plans;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Reps;

/// <summary>One payee: takes credits into its account, keeps its books current, answers from memory.</summary>
public sealed partial class RepGrain(
    ILedger ledger,
    ICatalog catalog,
    PlanLibrary plans,
    TenantRulesCache rules,
    RulesAnnouncer announcer,
    BusinessCalendar calendar,
    TimeProvider time,
    ILogger<RepGrain> logger) : Grain, IRepGrain, IJournalOwner<CreditRecord>
{
    private AccountJournal<CreditRecord> _journal = null!;
    private RepDocuments _documents = null!;
    private RepFigures _figures = null!;
    private IAsyncStream<RepChanged> _changes = null!;
    private (DateOnly On, Estimate Estimate)? _answered;
    private string _tenant = "";
    private string _id = "";

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        (_tenant, _id) = GrainKeys.Split(key);
        _changes = this.GetStreamProvider(StreamNames.Provider)
            .GetStream<RepChanged>(StreamId.Create(StreamNames.Estimates, key));
        _documents = await RepDocuments.LoadAsync(catalog, plans, _tenant, _id);
        _figures = new RepFigures(_documents.Assignments);
        _journal = new AccountJournal<CreditRecord>(ledger, $"rep/{key}", CreditRecord.Parser, this);
        await _journal.LoadAsync(cancellationToken);
        await NoteDocumentsAsync();
    }

    /// <inheritdoc/>
    public Task Credit(CreditRecord credit) => _journal.AppendAsync(credit);

    /// <inheritdoc/>
    public ValueTask<Answer<Estimate>> GetEstimate(string? on)
    {
        var fields = new Fields();
        var day = on is null ? calendar.Today : fields.Day("on", on) ?? default;
        if (_answered is { } answered && answered.On == day && !fields.Refused)
        {
            return new(answered.Estimate);
        }

        if (_documents.Document is null || fields.Refused)
        {
            return new(fields.Refused ? fields.Refusals : Unknown());
        }

        var answer = RepAnswers.Estimate(_documents.Document, _figures, day, _journal.Sequence);
        _answered = answer.Value is { } estimate ? (day, estimate) : null;
        return new(answer);
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<Preview>> Preview(Deal deal)
    {
        var known = await rules.GetAsync(_tenant);
        return _documents.Document is null
            ? Unknown()
            : RepAnswers.Preview(_documents.Document, _figures, deal, known, calendar.Today, _journal.Sequence);
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
    public ValueTask<Answer<Rep>> Get() => new(_documents.Document is { } document ? document : Unknown());

    /// <inheritdoc/>
    public async Task PlanPublished(string plan)
    {
        try
        {
            await ReloadAsync();
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
        record.RecordedMs = time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    void IJournalOwner<CreditRecord>.Apply(CreditRecord record) => _figures.Apply(record);

    /// <inheritdoc/>
    void IJournalOwner<CreditRecord>.Applied()
    {
        _answered = null;
        _ = TellWatchersAsync();
    }

    /// <inheritdoc/>
    void IJournalOwner<CreditRecord>.GiveUp() => DeactivateOnIdle();

    private Refusal Unknown() => new(RefusalReason.UnknownRep, "rep", $"No payee has the id '{_id}'.");

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
    /// Recomputes the figures from the account by the documents as they are now; queries go on meanwhile.
    /// </summary>
    private async Task ReloadAsync()
    {
        try
        {
            var documents = await RepDocuments.LoadAsync(catalog, plans, _tenant, _id);
            var figures = new RepFigures(documents.Assignments);
            for (var reached = -1L; reached < _journal.Sequence;)
            {
                reached = await _journal.ReplayAsync(Math.Max(reached, 0), figures.Apply);
            }

            (_documents, _figures, _answered) = (documents, figures, null);
            await NoteDocumentsAsync();
        }
        catch
        {
            // The documents have changed: nobody may go on to answer by the old ones.
            DeactivateOnIdle();
            throw;
        }
    }

    private Task NoteDocumentsAsync() => _journal.AppendAsync(new CreditRecord { Documents = _documents.Sequence });

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
