namespace Commission.Engine.Tests.Forecasts;

/// <summary>What a pipeline comes to, by really applying every subset of its deals to fresh books.</summary>
internal sealed class BruteForce(
    IReadOnlyList<PlanAssignment> assignments, CurrencyRates rates, IReadOnlyList<DealCredit> credits)
{
    /// <summary>Books with all credits, of which the open ones are pipeline.</summary>
    public RepBooks Books()
    {
        var books = new RepBooks([.. assignments], rates);
        foreach (var credit in credits)
        {
            books.Apply(credit);
        }

        return books;
    }

    /// <summary>Books after some of the open deals have closed.</summary>
    public RepBooks After(IEnumerable<DealCredit> closed, DateOnly on)
    {
        var books = Books();
        foreach (var credit in closed)
        {
            var day = credit.Deal.Credited > on ? credit.Deal.Credited : on;
            books.Apply(credit with { Deal = credit.Deal with { Status = DealStatus.Won, Credited = day } });
        }

        return books;
    }

    /// <summary>The credits of open deals as they came, whatever books keep of them.</summary>
    public List<DealCredit> Open()
    {
        var open = Books().Pipeline.Select(credit => credit.Deal.Id).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. credits.GroupBy(credit => credit.Deal.Id).Where(deal => open.Contains(deal.Key))
                .Select(deal => deal.Last()),
        ];
    }

    /// <summary>Every way the open deals may go, with its probability.</summary>
    public List<(RepBooks Books, decimal Probability)> Ways(PipelineOptions options)
    {
        var open = Open();
        var ways = new List<(RepBooks, decimal)>();
        for (var mask = 0; mask < 1 << open.Count; mask++)
        {
            var probability = 1m;
            var closed = new List<DealCredit>();
            for (var i = 0; i < open.Count; i++)
            {
                var chance = open[i].Deal.Probability ?? options.UnknownProbability;
                var closes = (mask & (1 << i)) != 0;
                probability *= closes ? chance : 1m - chance;
                closed.AddRange(closes ? [open[i]] : []);
            }

            if (probability > 0m)
            {
                ways.Add((After(closed, options.On), probability));
            }
        }

        return ways;
    }

    /// <summary>Fails unless a distribution says what the values do.</summary>
    public static void Check(string where, List<(decimal Value, decimal Probability)> values, Distribution found)
    {
        var ordered = values.OrderBy(entry => entry.Value).ToList();
        var mean = ordered.Sum(entry => entry.Value * entry.Probability);
        Assert.True(found.IsExact, where);
        Assert.True(Math.Abs(mean - found.Mean) < 0.0000000001m, $"{where}: mean {found.Mean}, but {mean}");
        Assert.True(
            (ordered[0].Value, ordered[^1].Value) == (found.Least, found.Most),
            $"{where}: {found}, but {ordered[0]} to {ordered[^1]}");
        foreach (var (share, percentile) in new[] { (0.1m, found.P10), (0.5m, found.P50), (0.9m, found.P90) })
        {
            var wanted = PercentileOf(ordered, share);
            Assert.True(percentile == new Percentile(wanted, wanted, wanted), $"{where}: {percentile}, but {wanted}");
        }
    }

    private static decimal PercentileOf(List<(decimal Value, decimal Probability)> ordered, decimal share)
    {
        var sum = 0m;
        return ordered.First(entry => (sum += entry.Probability) >= share - 0.000000000000001m).Value;
    }
}
