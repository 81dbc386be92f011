using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Mapping;
using Commission.Storage;

namespace Commission.Verification;

/// <summary>Compares what a territory's grain answers with the deals that the log has for it.</summary>
internal sealed class LiveTerritory
{
    private readonly string _tenant;
    private readonly string _territory;
    private readonly LiveReading _reading;
    private readonly LiveAccount _account;
    private readonly ITerritoryGrain _grain;

    public LiveTerritory(string key, LiveReading reading, ILedger ledger, IGrainFactory grains)
    {
        (_tenant, _territory) = GrainKeys.Split(key);
        _reading = reading;
        _account = new LiveAccount(ledger, $"territory/{key}");
        _grain = grains.GetGrain<ITerritoryGrain>(key);
    }

    /// <summary>Reports what differs.</summary>
    /// <returns>Whether anything can be said: not while the territory keeps changing.</returns>
    public async Task<bool> CheckAsync(IReadOnlyList<StandingDeal> expected, CancellationToken cancellation)
    {
        var totals = new TotalsByMonth(expected.Select(TerritoryCheck.PartOf));
        if (await AskAsync(totals, cancellation) is not { } views)
        {
            return false;
        }

        if (!views.Exists(view => view.AsOf.Log.Any(_reading.IsNewer)) && Between(totals, views).Count == 0)
        {
            return true;
        }

        // The days to ask for follow from the account, which may be ahead of the log that was read.
        var account = await CompareAsync(expected, long.MaxValue, cancellation);
        views = await AskAsync(new TotalsByMonth(account.Standing), cancellation);
        if (views is null || views.Count == 0)
        {
            return false;
        }

        account = await CompareAsync(expected, views[0].AsOf.Sequence, cancellation);
        if (await _reading.HasNewDocumentsAsync(cancellation))
        {
            return false;
        }

        var findings = _reading.Scope.Findings;
        findings.Add(account.Differences);
        account.Pending.ForEach(findings.AddPending);
        findings.Add(Between(new TotalsByMonth(account.Standing), views));
        return true;
    }

    private async Task<TerritoryCheck> CompareAsync(
        IReadOnlyList<StandingDeal> expected, long sequence, CancellationToken cancellation)
    {
        var account = new TerritoryCheck(_tenant, _territory, _reading.Scope);
        await _account.ReadAsync(
            sequence, payload => account.Take(TerritoryRecord.Parser.ParseFrom(payload.Span)), cancellation);
        account.Compare(expected);
        return account;
    }

    /// <summary>One answer for each month, of one state; null: it changed in between, or there is no such territory.
    /// </summary>
    private async Task<List<TerritoryView>?> AskAsync(TotalsByMonth totals, CancellationToken cancellation)
    {
        var views = new List<TerritoryView>();
        foreach (var month in totals.Months)
        {
            cancellation.ThrowIfCancellationRequested();
            var answer = await _grain.Get(month.ToText());
            if (answer.Value is not { } view || (views.Count > 0 && views[0].AsOf.Sequence != view.AsOf.Sequence))
            {
                return null;
            }

            views.Add(view);
        }

        return views;
    }

    private List<Difference> Between(TotalsByMonth totals, List<TerritoryView> views)
    {
        var differences = new List<Difference>();
        foreach (var total in views.SelectMany(view => new[] { view.Month, view.Quarter, view.Year, view.All }))
        {
            var place = new Difference
            {
                Tenant = _tenant, Territory = _territory, Window = total.Period?.Name ?? "all",
            };
            place.Positions.Add(views[0].AsOf.Log);
            var (from, to) = (DayOf(total.Period?.Start) ?? default, DayOf(total.Period?.End) ?? DateOnly.MaxValue);
            differences.AddRange(totals.Between(place, from, to, total));
        }

        return [.. differences.Distinct()];
    }

    private static DateOnly? DayOf(string? text) =>
        text is null ? null : DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <summary>What won deals come to, by calendar month.</summary>
internal sealed class TotalsByMonth
{
    private readonly SortedDictionary<DateOnly, SortedDictionary<string, decimal>> _months = [];

    // The count of deals, among the amounts by currency.
    private const string Deals = "deals";

    public TotalsByMonth(IEnumerable<TerritoryRecord> records)
    {
        foreach (var record in records.Where(record => record.Counts))
        {
            var day = record.Day();
            var month = new DateOnly(day.Year, day.Month, 1);
            Add(month, Deals, 1m);
            if (record.Amount is { } amount)
            {
                Add(month, amount.Currency, amount.ToDecimal());
            }
        }
    }

    /// <summary>The first days of months with deals.</summary>
    public IEnumerable<DateOnly> Months => _months.Keys;

    /// <summary>Where a total is not the sum of the months from one day to another.</summary>
    public IEnumerable<Difference> Between(Difference place, DateOnly from, DateOnly to, TerritoryTotal total)
    {
        var found = total.Credited.ToDictionary(
            money => money.Currency, money => money.ToDecimal(), StringComparer.Ordinal);
        found.Add(Deals, total.Deals);
        var expected = Sum(from, to);
        return expected.Keys.Union(found.Keys, StringComparer.Ordinal)
            .Select(figure => (figure, Expected: expected.GetValueOrDefault(figure),
                Found: found.GetValueOrDefault(figure)))
            .Where(one => one.Expected != one.Found)
            .Select(one => place.Of(one.figure, one.Expected.ToText(), one.Found.ToText()));
    }

    private Dictionary<string, decimal> Sum(DateOnly from, DateOnly to)
    {
        var sums = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var (figure, value) in _months.Where(month => from <= month.Key && month.Key <= to)
            .SelectMany(month => month.Value))
        {
            sums[figure] = sums.GetValueOrDefault(figure) + value;
        }

        return sums;
    }

    private void Add(DateOnly month, string figure, decimal value)
    {
        if (!_months.TryGetValue(month, out var sums))
        {
            _months.Add(month, sums = new SortedDictionary<string, decimal>(StringComparer.Ordinal));
        }

        sums[figure] = sums.GetValueOrDefault(figure) + value;
    }
}
