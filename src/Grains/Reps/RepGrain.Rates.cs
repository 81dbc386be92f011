using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Engine;
using Commission.Grains.Journals;
using Deal = Commission.Contracts.V1.Deal;

namespace Commission.Grains.Reps;

/// <summary>
/// Currency rates, for a payee with deals in other currencies than its plans'. Such a payee is registered with the
/// tenant's rates before its first such credit is taken, and notes in its account which changes of rates its figures
/// follow: a state of the account has one answer, then and later. All others have nothing to do with rates.
/// </summary>
public sealed partial class RepGrain
{
    private HashSet<string>? _registered;
    private RateSheets _rates = RateSheets.None;

    /// <inheritdoc/>
    public async Task RatesChanged(long sequence)
    {
        try
        {
            await FollowAsync(await services.TenantRates.GetAsync(_tenant, sequence));
        }
        catch (FencedException)
        {
            // This activation was given up, and the next one reads everything anew.
        }
    }

    private bool MayConvert(CreditRecord credit) =>
        credit.Roles.Count > 0 && credit.Deal is { } deal && MayConvert(CurrencyOf(deal));

    /// <summary>By the plans as they are, or as they are about to be.</summary>
    private bool MayConvert(string currency) => currency.Length > 0
        && (_documents.MayConvert(currency) || (_next is { } next && next.Documents.MayConvert(currency)));

    /// <summary>Of its amount and margin; empty where it has neither.</summary>
    private static string CurrencyOf(Deal deal) => (deal.Amount ?? deal.Margin)?.Currency ?? "";

    private async Task CreditForeignAsync(CreditRecord credit)
    {
        await KnowRatesAsync(CurrencyOf(credit.Deal));
        await _journal.AppendAsync(credit);
    }

    /// <summary>For credits that it has.</summary>
    private async Task KnowRatesAsync()
    {
        foreach (var currency in _figures.Books.ForeignCurrencies)
        {
            await KnowRatesAsync(currency);
        }
    }

    private async Task KnowRatesAsync(string currency)
    {
        if (_registered?.Contains(currency) == true)
        {
            return;
        }

        // Before it reads them: rates that are put after this reading are told to who is registered.
        await GrainFactory.GetGrain<IRatesGrain>(_tenant).Register(_id, currency);
        await FollowAsync(await services.TenantRates.RefreshAsync(_tenant));
        (_registered ??= new HashSet<string>(StringComparer.Ordinal)).Add(currency);
    }

    /// <summary>Returns when it is durable that the figures are by these rates or later ones.</summary>
    private Task FollowAsync(RateSheets rates)
    {
        _rates = Newer(rates);
        return _journal.AppendAsync(new CreditRecord { Rates = rates.Sequence });
    }

    private RateSheets Newer(RateSheets rates) => rates.Sequence > _rates.Sequence ? rates : _rates;

    /// <inheritdoc/>
    CurrencyRates IRatesSource.At(long sequence) => _rates.At(sequence);

    /// <summary>By which a deal that is asked about counts: those by which it would be credited now.</summary>
    private async ValueTask<CurrencyRates> RatesOfAsync(Deal deal) =>
        MayConvert(CurrencyOf(deal))
            ? (await services.TenantRates.RefreshAsync(_tenant)).Latest
            : _figures.Books.Rates;
}
