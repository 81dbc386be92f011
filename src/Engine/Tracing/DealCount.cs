using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Why a component counts a deal as it does.</summary>
public enum CountReason
{
    /// <summary>It counts.</summary>
    Counts,

    /// <summary>The payee is credited only in roles that the component does not count.</summary>
    OtherRole,

    /// <summary>A condition of <c>when</c> does not hold.</summary>
    Condition,

    /// <summary>The deal does not state what is measured: it counts 0.</summary>
    NoValue,

    /// <summary>There is no rate from the deal's currency on its credit date: it counts 0.</summary>
    NoRate,
}

/// <summary>What a component counts of a deal, and why.</summary>
public sealed record DealCount
{
    /// <summary>The deal's id.</summary>
    public required string Deal { get; init; }

    /// <summary>The day it counts on.</summary>
    public required DateOnly Credited { get; init; }

    /// <summary>Why.</summary>
    public required CountReason Reason { get; init; }

    /// <summary>The role that counts, the one with the largest share; null without one.</summary>
    public CreditRole? Role { get; init; }

    /// <summary>The share that counts, 1 for all of it; null without a role.</summary>
    public decimal? Share { get; init; }

    /// <summary>The field that a condition fails on, or that is missing; null where the deal counts.</summary>
    public string? Field { get; init; }

    /// <summary>The measure of the whole deal, before conversion; null where it is not stated or not asked
    /// for.</summary>
    public Exact? Value { get; init; }

    /// <summary>The deal's currency where it is not the plan's.</summary>
    public string? Currency { get; init; }

    /// <summary>The currency rate; null where none is needed or there is none.</summary>
    public decimal? Rate { get; init; }

    /// <summary>Since when that rate is in force; null where there is none.</summary>
    public DateOnly? RateDay { get; init; }

    /// <summary>Value × rate, in units of the component's measure; null where there is none.</summary>
    public Exact? Measured { get; init; }

    /// <summary>The component's limit on one deal, where it cut; null where it did not.</summary>
    public decimal? Limit { get; init; }

    /// <summary>What counts: measured × share, within the limit.</summary>
    public required Exact Counted { get; init; }

    /// <summary>All of it in words.</summary>
    public required string Text { get; init; }

    /// <summary>Whether it is among the deals that the component counts, be it with 0.</summary>
    internal bool IsCounted { get; init; }

    internal TraceLine ToLine() => new(
        TraceStep.Deal, $"{Deal}, {Wording.Day(Credited)}: {Text}", null, null, Measured, Share, Counted)
    {
        Subject = Deal,
    };
}

/// <summary>Explains what is credited, deal by deal.</summary>
public static class CreditCounts
{
    /// <summary>What a component counts of a payee's credit of a won deal: exactly what the books count.</summary>
    /// <param name="plan">The version in force on the credit date.</param>
    /// <param name="component">One of its components.</param>
    /// <param name="credit">The deal, and the payee's roles on it.</param>
    /// <param name="rates">For a deal that is not in plan currency.</param>
    public static DealCount Explain(Plan plan, Component component, DealCredit credit, CurrencyRates rates) =>
        Explain(new ComponentRules(plan, component, 0, NoTerms(plan)), credit, rates);

    internal static DealCount Explain(ComponentRules rules, DealCredit credit, CurrencyRates rates)
    {
        var deal = credit.Deal;
        var money = DealMoney.In(rules.Plan.Currency, deal, rates);
        var share = rules.LargestShare(credit);
        var value = share is null ? null : rules.Measured(deal, DealMoney.Own(deal));
        var tally = rules.Count(credit, money);
        var foreign = CountWords.IsMoney(rules) && money.Currency != rules.Plan.Currency.Code;
        var count = new DealCount
        {
            Deal = deal.Id,
            Credited = deal.Credited,
            Reason = CountReason.Counts,
            Role = share is null ? null : RoleOf(rules, credit, share.Value),
            Share = share,
            Value = value,
            Currency = foreign ? money.Currency : null,
            Rate = foreign ? money.Rate : null,
            RateDay = foreign
                ? rates.FindRate(money.Currency!, rules.Plan.Currency.Code, deal.Credited)?.Day
                : null,
            Measured = share is null ? null : rules.Measured(deal, money),
            Counted = tally.Sum,
            IsCounted = tally.Counted > 0,
            Text = "",
        };
        return WithReason(count, rules, credit, money);
    }

    private static DealCount WithReason(
        DealCount count, ComponentRules rules, DealCredit credit, in DealMoney money)
    {
        if (count.Share is null)
        {
            return count with { Reason = CountReason.OtherRole, Text = CountWords.OtherRole(rules, credit) };
        }

        foreach (var matcher in rules.Definition.When)
        {
            if (!Matching.Holds(matcher, credit.Deal, money))
            {
                var noRate = money.Rate is null && matcher.Field is "amount" or "margin";
                return count with
                {
                    Reason = noRate ? CountReason.NoRate : CountReason.Condition,
                    Field = matcher.Field,
                    Text = $"not counted: {CountWords.Fails(matcher, credit.Deal, rules.Plan.Currency, money)}",
                };
            }
        }

        if (count.Measured is not { } measured)
        {
            var noRate = count.Value is not null;
            return count with
            {
                Reason = noRate ? CountReason.NoRate : CountReason.NoValue,
                Field = CountWords.FieldOf(rules.Definition.Measure),
                Text = CountWords.CountsNothing(rules, credit.Deal, noRate),
            };
        }

        var cut = count.Counted != measured * count.Share.Value;
        var told = count with { Limit = cut ? rules.Definition.Limit : null };
        return told with { Text = CountWords.Counts(told, rules, credit) };
    }

    private static CreditRole RoleOf(ComponentRules rules, DealCredit credit, decimal share) => credit.Roles
        .First(role => role.Share == share && rules.Definition.Credit.Contains(role.Role)).Role;

    private static Assignment NoTerms(Plan plan) => new(
        plan.Id, null, null, ImmutableDictionary<string, Quota>.Empty,
        ImmutableDictionary<string, decimal>.Empty, Proration.None);
}
