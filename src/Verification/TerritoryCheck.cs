using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Mapping;

namespace Commission.Verification;

/// <summary>Compares one territory's account with the deals that it must know of.</summary>
/// <param name="tenant">The tenant.</param>
/// <param name="territory">The territory.</param>
/// <param name="scope">What the log says.</param>
internal sealed class TerritoryCheck(string tenant, string territory, Scope scope)
{
    private readonly Dictionary<string, TerritoryRecord> _latest = new(StringComparer.Ordinal);
    private readonly List<TerritoryRecord> _expected = [];

    /// <summary>What the account differs in, though it may not.</summary>
    public List<Difference> Differences { get; } = [];

    /// <summary>Deals that differ and may.</summary>
    public List<StandingDeal> Pending { get; } = [];

    /// <summary>What the territory must know; of a deal that may differ, what it knows.</summary>
    public IReadOnlyCollection<TerritoryRecord> Standing => _expected;

    /// <summary>Reports what differs.</summary>
    /// <param name="records">The territory's account.</param>
    /// <param name="expected">The deals that it must know of.</param>
    public void Run(IEnumerable<ReadOnlyMemory<byte>> records, IReadOnlyList<StandingDeal> expected)
    {
        var place = new Difference { Tenant = tenant, Territory = territory };
        try
        {
            foreach (var payload in records)
            {
                Take(TerritoryRecord.Parser.ParseFrom(payload.Span));
            }

            Compare(expected);
            scope.Findings.Add(Differences);
            Pending.ForEach(scope.Findings.AddPending);
            if (Differences.Count > 0)
            {
                scope.Findings.Add(BetweenTotals(place));
            }
        }
        catch (Exception unreadable) when (Unreadable.Is(unreadable))
        {
            scope.Findings.Add(place.Of("account", "", $"a record can't be read: {unreadable.Message}"));
        }
    }

    /// <summary>What a territory must know of a deal.</summary>
    public static TerritoryRecord PartOf(StandingDeal deal)
    {
        var facts = deal.Total();
        return new TerritoryRecord
        {
            Revision = deal.Revision,
            Position = deal.Position,
            Deal = deal.Id,
            Counts = facts.Status == DealStatus.Won,
            CreditedDay = RecordedText.Day(facts.Credited).DayNumber,
            Amount = facts.Amount,
        };
    }

    /// <summary>Takes the next record of the account. A revision that it has changes nothing.</summary>
    public void Take(TerritoryRecord record)
    {
        if (!_latest.TryGetValue(record.Deal, out var before) || record.Revision > before.Revision)
        {
            _latest[record.Deal] = record;
        }
    }

    /// <summary>Compares; to be called once, after the last record.</summary>
    public void Compare(IReadOnlyList<StandingDeal> expected)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var deal in expected)
        {
            known.Add(deal.Id);
            Compare(deal, PartOf(deal), _latest.GetValueOrDefault(deal.Id));
        }

        foreach (var record in _latest.Values.Where(record => record.Counts && !known.Contains(record.Deal)))
        {
            var deal = scope.Deals.Find(tenant, record.Deal);
            var place = new Difference { Tenant = tenant, Territory = territory, Deal = record.Deal };
            place.Positions.Add(record.Position ?? new Position());
            Take(deal, null, record, [place.Of("counts", "no", "yes")]);
        }
    }

    private void Compare(StandingDeal deal, TerritoryRecord expected, TerritoryRecord? found)
    {
        if (found is not null && IsSame(expected, found))
        {
            _expected.Add(expected);
            return;
        }

        var place = new Difference { Tenant = tenant, Territory = territory, Deal = deal.Id };
        place.Positions.Add(deal.Position);
        Take(deal, expected, found, found is null
            ? [place.Of("record", expected.Counts ? "won" : "not won", "")]
            : [.. Between(place, expected, found).Where(one => one.Expected != one.Found)]);
    }

    /// <summary>Of a deal that may differ, the totals that are expected have what is found.</summary>
    private void Take(
        StandingDeal? deal, TerritoryRecord? expected, TerritoryRecord? found, List<Difference> differences)
    {
        if (differences.Count > 0 && scope.MayDiffer(deal, found?.Position))
        {
            Pending.AddRange(deal is null ? [] : [deal]);
            _expected.AddRange(found is null ? [] : [found]);
            return;
        }

        Differences.AddRange(differences);
        _expected.AddRange(expected is null ? [] : [expected]);
    }

    /// <summary>Finds most records the same without any text; of the others <see cref="Between"/> decides.</summary>
    private static bool IsSame(TerritoryRecord expected, TerritoryRecord found) =>
        (expected.Revision == 0 || expected.Revision == found.Revision)
        && expected.Counts == found.Counts
        && expected.Position.Equals(found.Position)
        && (!expected.Counts
            || (expected.Day() == found.Day() && Equals(expected.Amount, found.Amount)));

    private static IEnumerable<Difference> Between(
        Difference place, TerritoryRecord expected, TerritoryRecord found)
    {
        yield return place.Of("counts", YesOrNo(expected.Counts), YesOrNo(found.Counts));
        yield return place.Of("position", expected.Position.ToText(), found.Position.ToText());
        var revision = expected.Revision == 0 ? found.Revision : expected.Revision;
        yield return place.Of("revision", revision.ToText(), found.Revision.ToText());
        if (expected.Counts && found.Counts)
        {
            yield return place.Of("credited", expected.Day().ToText(), found.Day().ToText());
            yield return place.Of("amount", Text(expected.Amount), Text(found.Amount));
        }
    }

    private IEnumerable<Difference> BetweenTotals(Difference place)
    {
        var (expected, found) = (TotalsOf(_expected), TotalsOf(_latest.Values));
        return expected.Keys.Union(found.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(figure => (figure, Expected: expected.GetValueOrDefault(figure),
                Found: found.GetValueOrDefault(figure)))
            .Where(total => total.Expected != total.Found)
            .Select(total => place.Of(total.figure, total.Expected.ToText(), total.Found.ToText()));
    }

    private static Dictionary<string, decimal> TotalsOf(IEnumerable<TerritoryRecord> records)
    {
        var totals = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var record in records.Where(record => record.Counts))
        {
            Add("deals in all", 1m);
            if (record.Amount is { } amount)
            {
                Add($"{amount.Currency} in all", amount.ToDecimal());
            }
        }

        return totals;

        void Add(string figure, decimal value) => totals[figure] = totals.GetValueOrDefault(figure) + value;
    }

    private static string YesOrNo(bool counts) => counts ? "yes" : "no";

    private static string Text(Money? money) => money is null ? "" : $"{money.ToDecimal().ToText()} {money.Currency}";
}
