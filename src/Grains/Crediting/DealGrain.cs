using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.History;
using Commission.Grains.Journals;
using Commission.Grains.Shards;
using Commission.Storage;
using Api = Commission.Contracts.V1;

namespace Commission.Grains.Crediting;

/// <summary>
/// One deal: works out who is credited with its latest version and tells each of them, absolutely. Its journal says,
/// before anyone is told, who may hold a credit: so a crash in between leaves nobody with a credit that is not taken
/// back.
/// </summary>
/// <remarks>
/// A deal is busy when its event comes and seldom again: it stays in memory no longer than that. To read one record
/// when the next event comes costs less than to keep millions of deals, which every collection of garbage has to carry.
/// Not so where silos share a directory, from which it would have to be taken.
/// </remarks>
[CollectionAgeLimit(Minutes = 2)]
public sealed class DealGrain(
    ILedger ledger, IDealLog log, TenantRulesCache rules, GrainSettings settings, TimeProvider time) : Grain, IDealGrain
{
    private string _tenant = "";
    private string _account = "";
    private DealState? _state;
    private Knowledge _knowledge;
    private long _revision;
    private Holders? _told;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        (_tenant, _account) = (GrainKeys.Split(key).Tenant, AccountOf(key));
        return Task.CompletedTask;
    }

    /// <summary>The account that is a deal's journal.</summary>
    internal static string AccountOf(string key) => $"deal/{key}";

    /// <inheritdoc/>
    public async Task Apply(LoggedEvent logged)
    {
        if (_knowledge != Knowledge.Own && logged.Journal is { } journal)
        {
            Take(journal.Sequence, journal.Record.Span, Knowledge.Told);
        }

        try
        {
            await ApplyAsync(logged);
        }
        catch (FencedException) when (_knowledge == Knowledge.Told)
        {
            // The journal has grown since.
            _knowledge = Knowledge.None;
            await ApplyAsync(logged);
        }

        if (logged.Replayed || !settings.HasOtherSilos)
        {
            DeactivateOnIdle();
        }
    }

    /// <inheritdoc/>
    public async Task Recredit(long rulesVersion)
    {
        // Also for a deal without events: the first must not be credited by older rules.
        await KnowAsync(Knowledge.Own);
        await rules.GetAsync(_tenant, rulesVersion);
        if (_state is not null && (_state.RulesVersion < rulesVersion || _told is null))
        {
            await CreditAsync(await log.ReadAtAsync(_state.Position), rulesVersion);
        }
    }

    /// <inheritdoc/>
    public async Task<Answer<Api.DealView>> Get(Api.GetDealRequest request, CancellationToken cancellation) =>
        await (await PastUnlessUnknownAsync()).GetAsync(request.AsOf, cancellation);

    /// <inheritdoc/>
    public async Task<Answer<Api.DealHistory>> History(
        Api.GetDealHistoryRequest request, CancellationToken cancellation) =>
        await (await PastUnlessUnknownAsync()).ListAsync(request, cancellation);

    /// <inheritdoc/>
    public async Task<Answer<CreditedParties>> Parties(Api.Deal deal)
    {
        var fields = new Fields();
        var asked = DealMapping.ToDeal(deal, "deal", fields);
        if (asked is null)
        {
            return fields.Refusals;
        }

        await KnowAsync(Knowledge.Told);
        ForgetUnknown();
        var known = await rules.CurrentAsync(_tenant);
        var parties = new CreditedParties();
        parties.Payees.AddRange(CreditNotes.Of(known.Crediting.Credit(asked)).ToApi());
        var holders = _state?.Credited?.Credits.Select(credit => credit.Rep) ?? _state?.OtherReps ?? [];
        parties.Payees.AddRange(holders.Except(parties.Payees.Select(payee => payee.Rep), StringComparer.Ordinal)
            .Select(rep => new Api.CreditedPayee { Rep = rep }));
        return parties;
    }

    private DealRevisions Past() => new(
        ledger, log, rules, new LogMoments(log, time, settings, _tenant), this.GetPrimaryKeyString());

    private async ValueTask<DealRevisions> PastUnlessUnknownAsync()
    {
        await KnowAsync(Knowledge.Told);
        ForgetUnknown();
        return Past();
    }

    /// <summary>Nothing is kept of a deal that there is not: anyone may ask for as many as there are names.</summary>
    private void ForgetUnknown()
    {
        if (_revision == 0)
        {
            DeactivateOnIdle();
        }
    }

    /// <summary>Reads where the journal ends, unless that is known, or was told if that is enough.</summary>
    private async ValueTask KnowAsync(Knowledge enough)
    {
        if (_knowledge >= enough)
        {
            return;
        }

        var last = await ReadAsync();

        // An event may have come meanwhile and have gone on from there.
        if (_knowledge < enough)
        {
            Take(last?.Sequence ?? 0, last is null ? default : last.Payload.Span, Knowledge.Own);
        }
    }

    private async Task<LedgerRecord?> ReadAsync()
    {
        try
        {
            return await ledger.ReadLastAsync(_account, CancellationToken.None);
        }
        catch
        {
            // Whatever there is: nothing is kept of it.
            DeactivateOnIdle();
            throw;
        }
    }

    private void Take(long sequence, ReadOnlySpan<byte> record, Knowledge knowledge)
    {
        (_state, _revision) = (sequence == 0 ? null : DealState.Parser.ParseFrom(record), sequence);
        (_knowledge, _told) = (knowledge, null);
    }

    private async Task ApplyAsync(LoggedEvent logged)
    {
        await KnowAsync(Knowledge.Told);
        if (logged.Position.Number >= (_state?.Position.Number ?? 0) && !IsOlderVersion(logged))
        {
            await CreditAsync(logged, logged.CatalogSequence);
        }
    }

    /// <summary>
    /// A revision stands for one event and one version of the rules, so that all who are told of it are told the same,
    /// also when it is told again.
    /// </summary>
    private async Task CreditAsync(LoggedEvent logged, long catalogSequence)
    {
        var known = await rules.GetAsync(_tenant, Math.Max(catalogSequence, _state?.RulesVersion ?? 0));
        var credited = Credit(logged, known);
        if (_state is null || logged.Position.Number > _state.Position.Number
            || credited.RulesVersion > _state.RulesVersion)
        {
            var note = NoteOf(logged, credited);
            Take(note, await ledger.AppendAsync(_account, _revision, [Payload.Of(note)], CancellationToken.None));
        }

        if (_told is null)
        {
            await TellAsync(logged, credited);
            _told = new Holders(credited.To.Reps.Select(rep => rep.Rep).ToArray(), [.. credited.To.Territories]);
        }
    }

    private bool IsOlderVersion(LoggedEvent logged) =>
        _state is not null && logged.Position.Number != _state.Position.Number
        && logged.Request.Version != 0 && logged.Request.Version < _state.SourceVersion;

    private static Credited Credit(LoggedEvent logged, TenantRules rules)
    {
        var deal = DealMapping.ToRecordedDeal(logged.Request.Deal);
        var to = rules.Crediting.Credit(deal);
        return new Credited(deal, to, rules.Crediting.Version);
    }

    private DealState NoteOf(LoggedEvent logged, Credited credited)
    {
        var note = new DealState
        {
            Position = logged.Position,
            SourceVersion = logged.Request.Version == 0 ? _state?.SourceVersion ?? 0 : logged.Request.Version,
            RulesVersion = credited.RulesVersion,
            Credited = CreditNotes.Of(credited.To),
            RecordedMs = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), _state?.RecordedMs ?? 0),
        };
        AddOthers(note, credited);
        return note;
    }

    /// <summary>A note is in the journal, or somebody else's is in its place.</summary>
    private void Take(DealState note, LedgerAppendResult result)
    {
        if (result is LedgerAppendResult.Fenced fenced)
        {
            if (_knowledge == Knowledge.Own)
            {
                DeactivateOnIdle();
            }

            throw new FencedException(_account, _revision, fenced.ActualSequence);
        }

        (_state, _revision, _told) = (note, ((LedgerAppendResult.Appended)result).Sequence, null);
        _knowledge = Knowledge.Own;
    }

    /// <summary>Adds who may hold a credit, and is not to have one by this revision.</summary>
    private void AddOthers(DealState note, Credited credited)
    {
        if ((_told ?? (_state is null ? null : new Holders(_state.Reps, _state.Territories))) is { } holders)
        {
            note.OtherReps.AddRange(holders.Reps.Where(rep => credited.Of(rep) is null));
            note.OtherTerritories.AddRange(holders.Territories.Where(territory => !credited.Has(territory)));
        }
    }

    private Task TellAsync(LoggedEvent logged, Credited credited)
    {
        var facts = logged.Request.Deal.Clone();
        facts.Owners.Clear();
        DealMapping.Keep(facts, credited.Deal with { Owners = [] });
        var (reps, territories) = (_state!.OtherReps, _state.OtherTerritories);
        var told = new List<Task>(
            credited.To.Reps.Length + reps.Count + credited.To.Territories.Length + territories.Count);
        foreach (var credit in credited.To.Reps)
        {
            told.Add(TellRep(credit.Rep, ToRecord(logged, facts, credit)));
        }

        // In notes that are older than their field `credited`, those whom it credits are among these.
        foreach (var rep in reps)
        {
            told.Add(TellRep(rep, ToRecord(logged, facts, credited.Of(rep))));
        }

        foreach (var territory in credited.To.Territories)
        {
            told.Add(TellTerritory(territory, ToRecord(logged, facts, credited.Deal, isOfTerritory: true)));
        }

        foreach (var territory in territories)
        {
            told.Add(TellTerritory(
                territory, ToRecord(logged, facts, credited.Deal, credited.Has(territory))));
        }

        return Task.WhenAll(told);
    }

    private Task TellRep(string rep, CreditRecord record) =>
        GrainFactory.GetGrain<IRepGrain>(GrainKeys.Of(_tenant, rep)).Credit(record);

    private Task TellTerritory(string territory, TerritoryRecord record) =>
        GrainFactory.GetGrain<ITerritoryGrain>(GrainKeys.Of(_tenant, territory)).Credit(record);

    private CreditRecord ToRecord(LoggedEvent logged, Api.Deal facts, RepCredit? credit)
    {
        var record = new CreditRecord
        {
            Revision = _revision,
            Position = logged.Position,
            Deal = credit is null ? new Api.Deal { Deal_ = facts.Deal_ } : facts,
        };
        foreach (var role in credit?.Roles ?? [])
        {
            record.Roles.Add(CreditRecords.ToRecord(role, CreditRecords.ReasonOf(credit!, role)));
        }

        return record;
    }

    private TerritoryRecord ToRecord(LoggedEvent logged, Api.Deal facts, Deal deal, bool isOfTerritory) => new()
    {
        Revision = _revision,
        Position = logged.Position,
        Deal = facts.Deal_,
        Counts = isOfTerritory && deal.Status == DealStatus.Won,
        CreditedDay = deal.Credited.DayNumber,
        Amount = facts.Amount,
    };

    /// <summary>From where this activation knows where the journal ends.</summary>
    private enum Knowledge
    {
        /// <summary>It does not.</summary>
        None,

        /// <summary>An event came with it: it may have grown since.</summary>
        Told,

        /// <summary>It has read or written it.</summary>
        Own,
    }

    /// <summary>Who holds credits once all have been told of the revision; known only to the activation that told them.
    /// </summary>
    private sealed record Holders(IEnumerable<string> Reps, IEnumerable<string> Territories);

    private sealed record Credited(Deal Deal, CreditedDeal To, long RulesVersion)
    {
        /// <summary>What a payee is credited with; null: nothing.</summary>
        public RepCredit? Of(string rep)
        {
            foreach (var credit in To.Reps)
            {
                if (credit.Rep == rep)
                {
                    return credit;
                }
            }

            return null;
        }

        /// <summary>Whether the deal is of a territory.</summary>
        public bool Has(string territory)
        {
            foreach (var one in To.Territories)
            {
                if (one == territory)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
