using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Journals;
using Commission.Grains.Telemetry;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Reps;

/// <summary>One payee: takes credits into its account, keeps its books current, answers from memory.</summary>
/// <param name="services">One for all payees of a silo, as many of them as there are.</param>
public sealed partial class RepGrain(RepServices services)
    : Grain, IRepGrain, IJournalOwner<CreditRecord>, IRatesSource
{
    private AccountJournal<CreditRecord> _journal = null!;
    private AccountSnapshots? _snapshots;
    private RepDocuments _documents = null!;
    private RepFigures _figures = null!;
    private Knowledge? _next;
    private KeptEstimate _kept;
    private string _tenant = "";
    private string _id = "";

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        (_tenant, _id) = GrainKeys.Split(key);
        // One text for all payees of the tenant.
        _tenant = string.Intern(_tenant);
        _journal = new AccountJournal<CreditRecord>(services.Ledger, $"rep/{key}", CreditRecord.Parser, this);
        await services.Live.EnterAsync(_journal, () => LoadAsync(cancellationToken));
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        services.Live.Leave(_journal);
        return _snapshots?.StopAsync() ?? Task.CompletedTask;
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        _documents = await RepDocuments.LoadAsync(services.Catalog, services.Plans, _tenant, _id);
        (_figures, var sequence) = await ReadAsync(_documents, cancellationToken);
        _journal.Begin(sequence);
        Grown();
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
        var day = on is null ? services.Calendar.Today : fields.Day("on", on) ?? default;
        if (!fields.Refused && _kept.Of(day) is { } kept)
        {
            return new(kept);
        }

        if (_documents.Payee is null || fields.Refused)
        {
            return new(fields.Refused ? fields.Refusals : Unknown());
        }

        var answer = RepAnswers.Estimate(_documents.Payee, _figures, day, _journal.Sequence);
        Complete(answer.Value?.AsOf);
        _kept.Answered(day, answer.Value);
        return new(answer);
    }

    /// <inheritdoc/>
    public async ValueTask<Answer<Preview>> Preview(Deal deal)
    {
        var known = await services.Rules.CurrentAsync(_tenant);
        if (_documents.Payee is null)
        {
            return Unknown();
        }

        var by = await RatesOfAsync(deal);
        var answer = RepAnswers.Preview(
            _documents.Payee, _figures, deal, known, by, services.Calendar.Today, _journal.Sequence);
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
    public async ValueTask<Answer<Rep>> Get()
    {
        try
        {
            var entry = await services.Catalog.GetAsync(_tenant, CatalogKinds.Rep, _id, null, CancellationToken.None);
            return entry is null ? Unknown() : Rep.Parser.ParseFrom(entry.Document.Span);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

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
        record.RecordedMs = Math.Max(services.Time.GetUtcNow().ToUnixTimeMilliseconds(), _figures.RecordedMs);

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
        Grown();
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
        var known = await services.Rules.RefreshAsync(_tenant);
        var fields = await RepDocuments.CheckAsync(rep, services.Plans, known, _tenant);
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var put = await services.Catalog.PutAsync(
            _tenant, CatalogKinds.Rep, _id, null, RepDocuments.ToBytes(rep), CancellationToken.None);
        var (version, sequence, isRepeat) = CatalogOutcome.Of(put);
        await ReloadAsync();
        // Nobody can have sold a deal before existing: only a change can alter who manages whom for recorded deals.
        if (version > 1)
        {
            await services.Announcer.AnnounceIfCreditingAsync(_tenant, sequence);
        }
        else
        {
            await services.Rules.GetAsync(_tenant, sequence);
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
            var (catalog, plans) = (services.Catalog, services.Plans);
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

            _next = new Knowledge(documents, figures);
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
        _rates = Newer(services.TenantRates.Known(_tenant));
        var read = await Snapshots.ReadAsync(() => new RepFigures(documents.Assignments, this), cancellation);
        if (read.Reader.Rates > _rates.Sequence)
        {
            // Another silo knew them when it noted them in the account.
            _rates = Newer(await services.TenantRates.GetAsync(_tenant, read.Reader.Rates));
            read.Reader.Revalue();
        }

        return read;
    }

    /// <summary>The account has come to a record: writes what pieces of a snapshot that makes.</summary>
    private void Grown()
    {
        if (_journal.Sequence >= services.Settings.SnapshotRecords)
        {
            Snapshots.Grown(_journal.Sequence);
        }
        else
        {
            // It has no pieces, and most accounts never come to have one.
            _snapshots = null;
        }
    }

    private AccountSnapshots Snapshots => _snapshots ??= new AccountSnapshots(
        services.States, services.Ledger, _journal.Account, CreditSnapshot.Format,
        services.Settings.SnapshotRecords, services.Logger);

    private void Complete(AsOf? asOf)
    {
        asOf?.Documents = _documents.Sequence;
        asOf?.Rates = _figures.Rates;
    }

    private async Task TellWatchersAsync()
    {
        try
        {
            await this.GetStreamProvider(StreamNames.Provider)
                .GetStream<RepChanged>(StreamId.Create(StreamNames.Estimates, this.GetPrimaryKeyString()))
                .OnNextAsync(new RepChanged(_journal.Sequence));
        }
        catch (Exception failure)
        {
            // A watcher that misses this sees the next, or the state at its next heartbeat.
            NotTold(services.Logger, failure, _id);
        }
    }

    private sealed record Knowledge(RepDocuments Documents, RepFigures Figures);

    [LoggerMessage(3, LogLevel.Warning, "The watchers of {Rep} could not be told of a change.")]
    private static partial void NotTold(ILogger logger, Exception failure, string rep);
}
