using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>One rate: from <paramref name="Day"/> on, 1 unit of <paramref name="From"/> is
/// <paramref name="Rate"/> units of <paramref name="To"/>, until a later rate of the same pair.</summary>
public readonly record struct CurrencyRate(string From, string To, DateOnly Day, decimal Rate);

/// <summary>Which rate between two currencies is in force on a day. Immutable. Pairs are directed: a rate from EUR to
/// USD
/// says nothing of USD to EUR.</summary>
public sealed class CurrencyRates
{
    /// <summary>No rates: only deals in the plan's own currency count.</summary>
    public static readonly CurrencyRates None = new(Enumerable.Empty<CurrencyRate>());

    private readonly Dictionary<(string From, string To), ImmutableArray<CurrencyRate>> _byPair;

    /// <summary>Rates in any order; of two for the same pair and day, the later in the list wins.</summary>
    public CurrencyRates(IEnumerable<CurrencyRate> rates) => _byPair = rates
        .GroupBy(rate => (rate.From, rate.To))
        .ToDictionary(pair => pair.Key, pair => InOrder(pair));

    private CurrencyRates(Dictionary<(string From, string To), ImmutableArray<CurrencyRate>> byPair) =>
        _byPair = byPair;

    /// <summary>These rates and further ones, which stand for those of the same pair and day; pairs that are not among
    /// them are shared.</summary>
    public CurrencyRates With(IEnumerable<CurrencyRate> rates)
    {
        var byPair = new Dictionary<(string From, string To), ImmutableArray<CurrencyRate>>(_byPair);
        foreach (var pair in rates.GroupBy(rate => (rate.From, rate.To)))
        {
            byPair[pair.Key] = byPair.TryGetValue(pair.Key, out var before)
                ? InOrder(before.Concat(pair))
                : InOrder(pair);
        }

        return new CurrencyRates(byPair);
    }

    /// <summary>The factor in force on <paramref name="day"/>: 1 where both currencies are the same, null where there
    /// is none on or before that day.</summary>
    public decimal? Find(string from, string to, DateOnly day) =>
        string.Equals(from, to, StringComparison.Ordinal) ? 1m : FindRate(from, to, day)?.Rate;

    /// <summary>The rate in force on <paramref name="day"/>, which says since when; null where there is none on or
    /// before that day.</summary>
    public CurrencyRate? FindRate(string from, string to, DateOnly day) =>
        _byPair.TryGetValue((from, to), out var rates) ? LastOnOrBefore(rates, day) : null;

    private static ImmutableArray<CurrencyRate> InOrder(IEnumerable<CurrencyRate> pair) =>
    [
        .. pair.GroupBy(rate => rate.Day).Select(day => day.Last()).OrderBy(rate => rate.Day),
    ];

    private static CurrencyRate? LastOnOrBefore(ImmutableArray<CurrencyRate> rates, DateOnly day)
    {
        int low = 0, high = rates.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = rates[middle].Day <= day ? (middle + 1, high) : (low, middle);
        }

        return low == 0 ? null : rates[low - 1];
    }
}
