using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>
/// A tenant's currency rates: their only writer, who also has the payees recomputed whom a change concerns. Its key is
/// the tenant.
/// </summary>
[Alias("commission.rates")]
public interface IRatesGrain : IGrainWithStringKey
{
    /// <summary>Records rates, row by row; payees are recomputed in the background.</summary>
    [Alias("put")]
    Task<Answer<PutRatesReply>> Put(PutRatesRequest request);

    /// <summary>The rate in force on a day.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("get")]
    ValueTask<Answer<RecordedRate>> Get(GetRateRequest request);

    /// <summary>A page of the rates that stand.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("list")]
    ValueTask<Answer<ListRatesReply>> List(ListRatesRequest request);

    /// <summary>
    /// Returns when it is durable that a payee is to be told of changed rates from a currency. Rates that were put by
    /// then are in the catalog by then: who reads them afterwards misses none.
    /// </summary>
    [AlwaysInterleave]
    [Alias("register")]
    Task Register(string rep, string currency);

    /// <summary>How far changed rates have reached the payees. Takes up what a crash has interrupted.</summary>
    [AlwaysInterleave]
    [Alias("spread")]
    ValueTask<RatesSpread> GetSpread();

    /// <summary>
    /// As <see cref="GetSpread"/>, when every payee follows the rates up to a change; after some seconds as it is then:
    /// call again.
    /// </summary>
    [AlwaysInterleave]
    [Alias("wait-spread")]
    Task<RatesSpread> WaitSpread(long sequence, CancellationToken cancellation);
}
