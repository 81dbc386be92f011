using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Crediting;
using Commission.Grains.Forecasts;
using Commission.Grains.Plans;
using Commission.Grains.Rates;
using Commission.Grains.Reps;
using Commission.Storage;

namespace Commission.Grains.History;

/// <summary>
/// Answers what lies behind one payee's figures. It reads the payee's account into books of its own, one question after
/// the other, and forgets them soon: the payee's grain keeps no credits, and is not held up by long answers.
/// </summary>
[CollectionAgeLimit(Minutes = 2)]
public sealed class RepHistoryGrain(
    ILedger ledger,
    IDealLog log,
    ICatalog catalog,
    PlanLibrary plans,
    TenantRulesCache rules,
    TenantRatesCache tenantRates,
    BusinessCalendar calendar,
    GrainSettings settings,
    TimeProvider time) : Grain, IRepHistoryGrain
{
    private AccountHistory _history = null!;
    private string _tenant = "";
    private string _id = "";

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        (_tenant, _id) = GrainKeys.Split(key);
        _history = new AccountHistory(ledger, log, time, settings, key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<Answer<Estimate>> GetEstimate(GetEstimateRequest request, CancellationToken cancellation)
    {
        var found = await StateAsync(request.AsOf, cancellation);
        if (found.Value is not { } state)
        {
            return found.Refusals;
        }

        var fields = new Fields();
        var day = fields.OptionalDay("on", request.On) ?? state.Today;
        if (fields.Refused)
        {
            return fields.Refusals;
        }

        var answer = RepAnswers.Estimate(state.Payee, state.Figures, day, state.Account.Sequence);
        if (answer.Value is { } estimate)
        {
            estimate.AsOf = state.Account.AsOf;
        }

        return answer;
    }

    /// <inheritdoc/>
    public async Task<Answer<ListCreditsReply>> ListCredits(
        ListCreditsRequest request, CancellationToken cancellation)
    {
        var asked = CreditSelection.Read(request);
        if (asked.Value is not { } selection)
        {
            return asked.Refusals;
        }

        var found = await StateAsync(selection.Moment, cancellation);
        return found.Value is { } state ? CreditList.Of(state, selection) : found.Refusals;
    }

    /// <inheritdoc/>
    public async Task<Answer<ExplainReply>> Explain(ExplainRequest request, CancellationToken cancellation)
    {
        var found = await StateAsync(request.AsOf, cancellation);
        return found.Value is { } state ? RepExplanations.Of(state, request) : found.Refusals;
    }

    /// <inheritdoc/>
    public async Task<Answer<PreviewDealsReply>> PreviewDeals(
        PreviewDealsRequest request, CancellationToken cancellation)
    {
        var known = await rules.CurrentAsync(_tenant);
        var found = await StateAsync(null, cancellation);
        if (found.Value is not { } state)
        {
            return found.Refusals;
        }

        // By the newest rates: those that the payee does not follow are of currencies in which it has no deals.
        var (follows, newest) = (state.Books.Rates, (await tenantRates.RefreshAsync(_tenant)).Latest);
        try
        {
            state.Books.Revalue(newest);
            return OrderedPreviews.Of(state, request, known);
        }
        finally
        {
            state.Books.Revalue(follows);
        }
    }

    /// <inheritdoc/>
    public async Task<Answer<ForecastReply>> Forecast(ForecastRequest request, CancellationToken cancellation)
    {
        var found = await StateAsync(request.AsOf, cancellation);
        return found.Value is { } state ? RepForecasts.Of(state, request) : found.Refusals;
    }

    /// <inheritdoc/>
    public async Task<Answer<SeekGoalReply>> SeekGoal(SeekGoalRequest request, CancellationToken cancellation)
    {
        var found = await StateAsync(request.AsOf, cancellation);
        return found.Value is { } state ? RepGoals.Of(state, request) : found.Refusals;
    }

    /// <inheritdoc/>
    public async Task<Answer<SimulatedChange>> Simulate(SimulateRep request, CancellationToken cancellation)
    {
        // Not of the account that is kept: a simulation goes by very many payees, and by most of them once.
        var key = this.GetPrimaryKeyString();
        var found = await NowAsync(new AccountHistory(ledger, log, time, settings, key), cancellation);
        if (found.Value is not { } account)
        {
            return found.Refusals;
        }

        var documents = await RepDocuments.LoadAsync(catalog, plans, _tenant, _id, account.Documents);
        // A plan that is tried may be in another currency than any before.
        var rates = (await tenantRates.RefreshAsync(_tenant)).Latest;
        return await PlanTrial.RunAsync(account, documents, plans.Draft(request.Text), rates, request, cancellation);
    }

    private async Task<Answer<PastState>> StateAsync(Moment? moment, CancellationToken cancellation)
    {
        var found = moment is null
            ? await NowAsync(_history, cancellation)
            : await _history.AtAsync(moment, cancellation);
        if (found.Value is not { } account)
        {
            return found.Refusals;
        }

        var documents = await RepDocuments.LoadAsync(catalog, plans, _tenant, _id, account.Documents);
        if (documents.Payee is not { } payee)
        {
            return await UnknownAsync(cancellation);
        }

        var rates = (await tenantRates.GetAsync(_tenant, account.Rates)).At(account.Rates);
        var figures = await account.FiguresAsync(documents, rates, cancellation);
        return new PastState(payee, account, figures, TodayOf(moment, account));
    }

    private async Task<Answer<PastAccount>> NowAsync(AccountHistory history, CancellationToken cancellation)
    {
        // It notes in its account which documents it answers by, if it has not done so yet.
        var rep = await GrainFactory.GetGrain<IRepGrain>(this.GetPrimaryKeyString()).Get();
        return rep.IsValue ? await history.NowAsync(cancellation) : rep.Refusals;
    }

    private DateOnly TodayOf(Moment? moment, PastAccount account) =>
        moment is null ? calendar.Today
        : calendar.DayOf(moment.Time?.ToDateTimeOffset()
            ?? DateTimeOffset.FromUnixTimeMilliseconds(account.RecordedMs));

    private async Task<Refusal> UnknownAsync(CancellationToken cancellation)
    {
        var first = await catalog.GetAsync(_tenant, CatalogKinds.Rep, _id, 1, cancellation);
        var put = first is null ? "" : $" then: it was first put at {first.RecordedAt:yyyy-MM-dd'T'HH:mm:ss.fff'Z'}";
        return new Refusal(RefusalReason.UnknownRep, "rep", $"No payee has the id '{_id}'{put}.");
    }
}
