using Commission.Engine.Tests.Generators;

namespace Commission.Engine.Tests.Properties;

/// <summary>Books whose rates change give the figures of an evaluation from nothing by the rates as they are.</summary>
public sealed class RatesProperties
{
    [Fact]
    public void Revalue_BetweenAnyEvents_LeavesTheFiguresOfAnEvaluationFromNothing() =>
        Property.Holds(5, stream: 40, world =>
        {
            var random = new Random(world.Seed);
            var rates = CurrencyRates.None;
            var books = new RepBooks([.. world.Assignments], rates);
            var through = world.History.Select(credit => credit.Deal.Credited)
                .DefaultIfEmpty(new DateOnly(2026, 1, 1)).Max();
            for (var step = 0; step < world.History.Length; step++)
            {
                books.Apply(world.History[step]);
                rates = rates.With(Changes(random, through));
                books.Revalue(rates);
                if (random.Next(3) == 0)
                {
                    Check($"step {step}", books, world, step + 1, rates, through);
                }
            }

            books.Revalue(world.Rates);
            Check("at last", books, world, world.History.Length, world.Rates, through);
        });

    [Fact]
    public void ForeignCurrencies_OfBooks_AreThoseOfCreditedDealsOutsideTheirPlansCurrency() =>
        Property.Holds(3, stream: 41, world =>
        {
            var books = new RepBooks([.. world.Assignments], world.Rates);
            foreach (var credit in world.History)
            {
                books.Apply(credit);
            }

            var latest = world.History.GroupBy(credit => credit.Deal.Id, StringComparer.Ordinal)
                .Select(deal => deal.Last())
                .Where(credit => credit.Deal.Status is DealStatus.Won or DealStatus.Open && !credit.Roles.IsEmpty);
            var expected = latest.Where(credit => PlanOn(world, credit.Deal.Credited) is { } plan
                    && credit.Deal.Currency is { } own && own != plan.Currency.Code)
                .Select(credit => credit.Deal.Currency!).ToHashSet(StringComparer.Ordinal);
            Assert.Equal(expected, books.ForeignCurrencies.ToHashSet(StringComparer.Ordinal));
        });

    private static void Check(
        string where, RepBooks books, World world, int events, CurrencyRates rates, DateOnly through)
    {
        var expected = Evaluator.Evaluate(world.Assignments, world.History.Take(events), rates, through);
        BooksAudit.Check(where, books, expected, through.AddDays(-60), through.AddDays(-5));
    }

    private static List<CurrencyRate> Changes(Random random, DateOnly through) =>
    [
        .. Enumerable.Range(0, random.Next(4)).Select(_ => new CurrencyRate(
            Pick(random, "USD", "EUR", "JPY", "KWD", "GBP"),
            Pick(random, "USD", "EUR", "JPY", "KWD"),
            through.AddDays(-random.Next(0, 500)),
            random.Next(1, 30000) / 10000m)),
    ];

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];

    private static Plan? PlanOn(World world, DateOnly day) => world.Assignments
        .Where(assigned => !(assigned.Assignment.From > day || assigned.Assignment.To < day))
        .Select(assigned => assigned.Versions.LastOrDefault(plan => plan.Effective <= day)).FirstOrDefault();
}
