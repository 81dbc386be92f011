namespace Commission.Engine;

/// <summary>An open deal as it would be credited.</summary>
/// <param name="Place">Where it would stand.</param>
/// <param name="Version">That would govern it.</param>
/// <param name="Tallies">By slot.</param>
/// <param name="Probability">That it closes, 0 to 1.</param>
internal sealed record OpenDeal(Place Place, VersionRules Version, Tally[] Tallies, decimal Probability)
{
    public DateOnly Day => DateOnly.FromDayNumber(Place.Day);

    /// <summary>What the deal's own windows earn if it closes.</summary>
    public decimal Earned => Sum(component => Tallies[component.EarnedSlot].Sum.ToDecimal());

    /// <summary>The same times its probability, rounded component by component.</summary>
    public decimal WeightedEarned => Sum(component => (Tallies[component.EarnedSlot].Sum * Probability)
        .Round(Version.Plan.Currency.Digits, Version.Plan.Rounding));

    /// <summary>Whether any component counts it.</summary>
    public bool IsCounted => Array.Exists(Tallies, tally => tally.Counted > 0);

    /// <summary>Those that would be credited in an account by a day, in order.</summary>
    public static OpenDeal[] Of(RepBooks books, Account account, DateOnly last, PipelineOptions options) =>
    [
        .. books.Pipeline
            .Select(credit => Closed(books, account, credit, options)).OfType<OpenDeal>()
            .Where(deal => deal.Day <= last)
            .OrderBy(deal => deal.Place.Day).ThenBy(deal => deal.Place.Deal, StringComparer.Ordinal),
    ];

    /// <summary>How many of some open deals have a credit that states no probability.</summary>
    public static int Unknown(RepBooks books, IEnumerable<OpenDeal> among)
    {
        var ids = among.Select(deal => deal.Place.Deal).ToHashSet(StringComparer.Ordinal);
        return books.Pipeline.Count(credit => credit.Deal.Probability is null && ids.Contains(credit.Deal.Id));
    }

    private static OpenDeal? Closed(RepBooks books, Account account, DealCredit credit, PipelineOptions options)
    {
        var day = Earnings.Later(credit.Deal.Credited, options.On);
        if (books.Find(day, out var version) != account)
        {
            return null;
        }

        var won = credit with { Deal = credit.Deal with { Status = DealStatus.Won, Credited = day } };
        var probability = Math.Clamp(credit.Deal.Probability ?? options.UnknownProbability, 0m, 1m);
        return new OpenDeal(
            new Place(day.DayNumber, won.Deal.Id), version!, account.Count(version!, won, books.Rates), probability);
    }

    private decimal Sum(Func<ComponentRules, decimal> earned)
    {
        var sum = 0m;
        foreach (var component in Version.Components)
        {
            sum += component.HasDealWindows ? earned(component) : 0m;
        }

        return sum;
    }
}
