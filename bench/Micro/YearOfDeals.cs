using System.Collections.Immutable;
using Commission.Engine;

namespace Commission.Micro;

/// <summary>A payee with deals over one year: five yearly tiers with a multiplier by the number of deals, which pay
/// too, and a monthly draw.</summary>
internal sealed class YearOfDeals
{
    /// <summary>The last day of the year.</summary>
    public static readonly DateOnly Last = new(2026, 12, 31);

    private const int Year = 2026;
    private const int Days = 365;
    private readonly PlanAssignment[] _assignments;
    private readonly int _count;

    /// <summary>So many deals, with quotas that they reach late in the year.</summary>
    public YearOfDeals(int count)
    {
        _count = count;
        var plan = PlanFormat.ParsePlan("""
            plan: bench
            currency: USD
            effective: 2020-01-01
            pays: monthly
            draw: { amount: 2000, recoverable: true }
            components:
              - component: sales
                window: year
                quota: sales
                tiers:
                  - { from: 0%, rate: 3% }
                  - { from: 50%, rate: 5% }
                  - { from: 80%, rate: 8% }
                  - { from: 100%, rate: 10% }
                  - { from: 120%, rate: 12% }
                multiplier:
                  by: deals
                  tiers: [ { from: 0%, factor: 1 }, { from: 80%, factor: 1.1 } ]
              - { component: deals, measure: deals, window: year, quota: deals, per-unit: 5 }
            """);
        var assignment = PlanFormat.ParseAssignment($$"""
            plan: bench
            from: {{Year}}-01-01
            quotas:
              sales: { window: year, amount: {{count * 4000L}} }
              deals: { window: year, amount: {{count}} }
            """);
        _assignments = [new PlanAssignment(assignment.Value!, [plan.Value!])];
        Credits = [.. Enumerable.Range(0, count).Select(i => Credit($"D{i:00000000}", DayOf(i), AmountOf(i)))];
    }

    /// <summary>In order.</summary>
    public ImmutableArray<DealCredit> Credits { get; }

    /// <summary>The one in the middle.</summary>
    public DealCredit Middle => Credits[_count / 2];

    /// <summary>A deal of the payee's alone.</summary>
    public static DealCredit Credit(string id, DateOnly day, decimal amount) => new(
        new Deal { Id = id, Credited = day, Amount = amount }, [new RoleShare(CreditRole.Owner, 1m)]);

    /// <summary>The same deal, cancelled.</summary>
    public static DealCredit Cancelled(DealCredit credit) =>
        credit with { Deal = credit.Deal with { Status = DealStatus.Cancelled } };

    /// <summary>Books of all deals, entered one after the other.</summary>
    public RepBooks Books()
    {
        var books = new RepBooks([.. _assignments], CurrencyRates.None);
        foreach (var credit in Credits)
        {
            books.Apply(credit);
        }

        return books;
    }

    /// <summary>All deals and more, which may replace some, evaluated from nothing.</summary>
    public Evaluation FromNothing(params DealCredit[] more) =>
        Evaluator.Evaluate(_assignments, [.. Credits, .. more], CurrencyRates.None, Last);

    private DateOnly DayOf(int i) => new DateOnly(Year, 1, 1).AddDays((int)((long)i * Days / _count));

    private static decimal AmountOf(int i) => 1_000m + (i * 7_919L % 7_000) + 0.25m;
}
