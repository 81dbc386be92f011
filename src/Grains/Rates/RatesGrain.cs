using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Grains.Journals;
using Commission.Storage;
using Microsoft.Extensions.Logging;

namespace Commission.Grains.Rates;

/// <summary>A tenant's currency rates: records them, and has the payees recomputed whom they concern.</summary>
public sealed class RatesGrain : Grain, IRatesGrain, IDisposable
{
    private const int MostAttempts = 5;

    // So that no call keeps an activation from going for long.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepPeriod = TimeSpan.FromSeconds(30);
    private readonly ICatalog _catalog;
    private readonly ILedger _ledger;
    private readonly TenantRatesCache _rates;
    private readonly BusinessCalendar _calendar;
    private readonly GrainSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger<RatesGrain> _logger;
    private readonly StateKeeper<SpreadState> _state;
    private readonly CancellationTokenSource _stopping = new();
    private readonly RateTable _table = new();
    private AccountJournal<RatedPayee> _payees = null!;
    private RatesSpreading _spreading = null!;
    private RateSheets _sheets = RateSheets.None;
    private string _tenant = "";

    public RatesGrain(
        [PersistentState("spread", GrainStorageNames.Default)] IPersistentState<SpreadState> spread,
        ICatalog catalog,
        ILedger ledger,
        TenantRatesCache rates,
        BusinessCalendar calendar,
        GrainSettings settings,
        TimeProvider time,
        ILogger<RatesGrain> logger)
    {
        (_catalog, _ledger, _rates, _calendar) = (catalog, ledger, rates, calendar);
        (_settings, _time, _logger) = (settings, time, logger);
        _state = new StateKeeper<SpreadState>(spread, GiveUp);
    }

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _tenant = this.GetPrimaryKeyString();
        _ = _state.Current;
        var payees = new RatedPayees(GiveUp);
        _payees = new AccountJournal<RatedPayee>(_ledger, $"rates/{_tenant}", RatedPayee.Parser, payees);
        await _payees.LoadAsync(cancellationToken);
        _spreading = new RatesSpreading(
            _tenant, _state, payees, IsCurrentAsync, GrainFactory, _settings, _time, _logger, _stopping.Token);
        await ReadAsync();
        // Whoever put the last may have crashed before every payee followed them.
        _spreading.Begin(_sheets);
        this.RegisterGrainTimer(
            static (self, _) => self.KeepAsync(),
            this,
            new GrainTimerCreationOptions { DueTime = KeepPeriod, Period = KeepPeriod, Interleave = true });
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Within the turn: who waits for it must not go on beside the grain's turns.
        _stopping.Cancel();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    /// <inheritdoc/>
    public async Task<Answer<PutRatesReply>> Put(PutRatesRequest request)
    {
        if (JudgedRates.WrongWith(request) is { IsEmpty: false } wrong)
        {
            return wrong;
        }

        try
        {
            return await PutAsync(request);
        }
        catch (Exception failure) when (StoreFailures.IsExpected(failure))
        {
            return StoreFailures.ToRefusal(failure);
        }
    }

    /// <inheritdoc/>
    public ValueTask<Answer<RecordedRate>> Get(GetRateRequest request) => new(_table.Get(request, _calendar.Today));

    /// <inheritdoc/>
    public ValueTask<Answer<ListRatesReply>> List(ListRatesRequest request) => new(_table.List(request));

    /// <inheritdoc/>
    public Task Register(string rep, string currency) =>
        _payees.AppendAsync(new RatedPayee { Rep = rep, Currency = currency });

    /// <inheritdoc/>
    public ValueTask<RatesSpread> GetSpread() => new(Spread());

    /// <inheritdoc/>
    public async Task<RatesSpread> WaitSpread(long sequence, CancellationToken cancellation)
    {
        try
        {
            await _spreading.ReachedAsync(sequence).WaitAsync(LongestWait, _time, cancellation);
        }
        catch (TimeoutException)
        {
            // The caller learns how far it is, and may wait on.
        }

        return Spread();
    }

    private async Task<Answer<PutRatesReply>> PutAsync(PutRatesRequest request)
    {
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var judged = JudgedRates.Of(request, _table);
            if (!judged.Refusals.IsEmpty)
            {
                return judged.Refusals;
            }

            if (!judged.HasNews || await TryWriteAsync(judged))
            {
                // Also after a repeat: the first attempt may have failed between the two steps.
                _spreading.Begin(_sheets);
                (judged.Reply.Sequence, judged.Reply.Recomputing) = (_sheets.Sequence, Spread().Recomputing);
                return judged.Reply;
            }
        }

        return new Refusal(RefusalReason.ConcurrentChange, "",
            "Others put rates at the same moment, again and again: send the same again.");
    }

    /// <summary>Makes them durable, then known here.</summary>
    /// <returns>False: the next place was taken, by another activation or by a put whose outcome was not learnt. What
    /// it put is known now.</returns>
    private async Task<bool> TryWriteAsync(JudgedRates judged)
    {
        var id = RateSheets.IdOf(_sheets.Entries.Count + 1);
        var put = await _catalog.PutAsync(
            _tenant, RateSheets.Kind, id, expectedVersion: 0, judged.ToDocument(), CancellationToken.None);
        await ReadAsync();
        return put is CatalogPutResult.Put;
    }

    private async Task ReadAsync()
    {
        var sheets = await _rates.RefreshAsync(_tenant);
        foreach (var entry in sheets.Entries.Skip(_sheets.Entries.Count))
        {
            _table.Take(entry);
        }

        _sheets = sheets;
    }

    private RatesSpread Spread() => new()
    {
        Sequence = _sheets.Sequence, Recomputing = _spreading.Left, Told = _state.Current.Told,
    };

    /// <summary>
    /// Payees register before they read rates. One whom another activation has registered, and who read the rates
    /// before the last were put, would not be told by this one: then it is for the other.
    /// </summary>
    private async Task<bool> IsCurrentAsync()
    {
        var next = await _ledger.ReadAsync($"rates/{_tenant}", _payees.Sequence, 1, _stopping.Token);
        if (next.Count == 0 || next[0].Sequence <= _payees.Sequence)
        {
            return true;
        }

        GiveUp();
        return false;
    }

    /// <summary>Stays in memory while payees are being told.</summary>
    private Task KeepAsync()
    {
        DelayDeactivation(_spreading.IsUnderWay ? KeepPeriod * 2 : TimeSpan.Zero);
        return Task.CompletedTask;
    }

    private void GiveUp()
    {
        _stopping.Cancel();
        DeactivateOnIdle();
    }
}
