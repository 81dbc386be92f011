using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Engine;
using Commission.Grains.Mapping;
using FiscalWindows = Commission.Engine.Windows;

namespace Commission.Grains.Territories;

/// <summary>
/// What a territory's won deals come to, by calendar month and currency. Not safe for concurrent use.
/// </summary>
internal sealed class TerritoryTotals
{
    private readonly Dictionary<string, Part> _parts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<DateOnly, MonthTotal> _months = [];

    /// <summary>The revision of a deal that is included; 0 for none.</summary>
    public long RevisionOf(string deal) => _parts.TryGetValue(deal, out var part) ? part.Revision : 0;

    /// <summary>Replaces what was known of a deal.</summary>
    public void Apply(TerritoryRecord record)
    {
        if (_parts.TryGetValue(record.Deal, out var before) && before.Counts)
        {
            Month(before.Credited).Add(before.Currency, -before.Amount, -1);
        }

        var part = ToPart(record);
        _parts[record.Deal] = part;
        if (part.Counts)
        {
            Month(part.Credited).Add(part.Currency, part.Amount, 1);
        }
    }

    /// <summary>The total of the calendar window of a kind that contains a day.</summary>
    public TerritoryTotal Total(WindowKind kind, DateOnly on)
    {
        var window = FiscalWindows.Of(kind, 1, on);
        var total = Sum(_months.Where(month => window.Contains(month.Key)));
        total.Period = window.ToApi(window.Name(1));
        return total;
    }

    /// <summary>The total of all time.</summary>
    public TerritoryTotal Total() => Sum(_months);

    private static TerritoryTotal Sum(IEnumerable<KeyValuePair<DateOnly, MonthTotal>> months)
    {
        var sum = new MonthTotal();
        foreach (var (_, month) in months)
        {
            sum.Add(month);
        }

        var total = new TerritoryTotal { Deals = sum.Deals };
        // A zero may be what is left of deals that went elsewhere: figures say nothing of how they came about.
        var amounts = sum.Amounts.Where(amount => amount.Value != 0m);
        total.Credited.AddRange(amounts.Select(amount => MoneyMapping.ToMoney(amount.Value, amount.Key)));
        return total;
    }

    private static Part ToPart(TerritoryRecord record)
    {
        if (!record.Counts)
        {
            return new Part(record.Revision, false, default, "", 0m);
        }

        var isDated = record.CreditedDay > 0 || record.Credited.Length > 0;
        Invariant.Holds(isDated, $"deal {record.Deal} was recorded without a credit date");
        return new Part(
            record.Revision, true, record.Day(), record.Amount?.Currency ?? "", record.Amount?.ToDecimal() ?? 0m);
    }

    private MonthTotal Month(DateOnly day)
    {
        var first = new DateOnly(day.Year, day.Month, 1);
        if (!_months.TryGetValue(first, out var month))
        {
            _months.Add(first, month = new MonthTotal());
        }

        return month;
    }

    private sealed record Part(long Revision, bool Counts, DateOnly Credited, string Currency, decimal Amount);

    private sealed class MonthTotal
    {
        public SortedDictionary<string, decimal> Amounts { get; } = new(StringComparer.Ordinal);

        public long Deals { get; private set; }

        public void Add(string currency, decimal amount, int deals)
        {
            if (currency.Length > 0)
            {
                Amounts[currency] = Amounts.GetValueOrDefault(currency) + amount;
            }

            Deals += deals;
        }

        public void Add(MonthTotal other)
        {
            foreach (var (currency, amount) in other.Amounts)
            {
                Amounts[currency] = Amounts.GetValueOrDefault(currency) + amount;
            }

            Deals += other.Deals;
        }
    }
}
