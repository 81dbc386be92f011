using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>Why a deal counts, or does not, in words.</summary>
internal static class CountWords
{
    public static bool IsMoney(ComponentRules rules) =>
        FigureUnit.Of(rules.Definition.Measure, rules.Plan.Currency).Currency is not null;

    /// <summary>The deal's field that is measured; null where deals are counted.</summary>
    public static string? FieldOf(Measure measure) => measure.Kind switch
    {
        MeasureKind.Amount => "amount",
        MeasureKind.Margin => "margin",
        MeasureKind.Quantity => "quantity",
        MeasureKind.Field => measure.Field,
        _ => null,
    };

    public static string OtherRole(ComponentRules rules, DealCredit credit)
    {
        var has = And(credit.Roles.Select(role => RoleName(role.Role)));
        var wants = Or(rules.Definition.Credit.Select(RoleName));
        return $"not counted: credited as {has}, and only {wants} counts";
    }

    public static string CountsNothing(ComponentRules rules, Deal deal, bool noRate) => noRate
        ? $"counts 0: no rate from {deal.Currency} to {rules.Plan.Currency.Code} on {Day(deal.Credited)}"
        : $"counts 0: the deal's {FieldOf(rules.Definition.Measure)} is missing, or is no number";

    /// <summary>Such as <c>GBP 100 at 1.25 (GBP to USD, rate of 2026-02-13) = USD 125 × 50% as owner</c>.</summary>
    public static string Counts(DealCount count, ComponentRules rules, DealCredit credit)
    {
        var unit = FigureUnit.Of(rules.Definition.Measure, rules.Plan.Currency);
        var foreign = count.Currency is { } currency
            ? $"{currency} {Number(count.Value!.Value)} at {Number(count.Rate!.Value)} ({currency} to " +
                $"{rules.Plan.Currency.Code}, rate of {Day(count.RateDay!.Value)}) = "
            : "";
        var value = foreign + unit.Say(count.Measured!.Value);
        var margin = rules.Definition.Measure.Kind == MeasureKind.Margin ? "margin " : "";
        var share = count.Share == 1m ? "" : $" × {Percent(count.Share!.Value)}";
        var limit = count.Limit is { } most
            ? $", limited to {Number(count.Counted)} (a deal counts at most {Number(most)})"
            : "";
        return $"{margin}{value}{share} as {RoleName(count.Role!.Value)}{Others(count, rules, credit)}{limit}";
    }

    /// <summary>Which condition does not hold: the field, its value, and what was wanted.</summary>
    public static string Fails(Matcher matcher, Deal deal, Currency plan, in DealMoney money)
    {
        if (money.Rate is null && matcher.Field is "amount" or "margin")
        {
            return $"no rate from {deal.Currency} to {plan.Code} on {Day(deal.Credited)}, so its {matcher.Field} " +
                "cannot be compared";
        }

        var value = ValueOf(matcher, deal, plan, money);
        return $"{matcher.Field} is {value ?? "missing"}, wanted {Wanted(matcher)}";
    }

    private static string Others(DealCount count, ComponentRules rules, DealCredit credit)
    {
        var others = credit.Roles
            .Where(role => role.Role != count.Role && rules.Definition.Credit.Contains(role.Role))
            .Select(role => $"{RoleName(role.Role)} {Percent(role.Share)}").ToList();
        return others.Count == 0 ? "" : $" (the largest share counts; also {And(others)})";
    }

    private static string? ValueOf(Matcher matcher, Deal deal, Currency plan, in DealMoney money) =>
        matcher.Field switch
        {
            "amount" => money.Amount(deal) is { } amount ? FigureUnit.Of(plan).Say(amount) : null,
            "margin" => money.Margin(deal) is { } margin ? FigureUnit.Of(plan).Say(margin) : null,
            "quantity" => deal.Quantity is { } quantity ? Number(quantity) : null,
            "currency" => money.Currency,
            "deal" => deal.Id,
            "credited" => Day(deal.Credited),
            _ => deal.Fields.TryGetValue(matcher.Field, out var text) ? $"'{text}'" : null,
        };

    private static string Wanted(Matcher matcher) => matcher switch
    {
        Matcher.OneOf one => Or(one.Values.Select(value => $"'{value}'")),
        Matcher.NoneOf none => $"anything but {Or(none.Values.Select(value => $"'{value}'"))}",
        Matcher.Between { Min: { } min, Max: { } max } => $"{Number(min)} to {Number(max)}",
        Matcher.Between { Min: { } min } => $"at least {Number(min)}",
        Matcher.Between { Max: { } max } => $"at most {Number(max)}",
        Matcher.Between => "a number",
        Matcher.CreditedBetween { Min: { } min, Max: { } max } => $"{Day(min)} to {Day(max)}",
        Matcher.CreditedBetween { Min: { } min } => $"{Day(min)} or later",
        Matcher.CreditedBetween { Max: { } max } => $"{Day(max)} or earlier",
        _ => throw new InvalidOperationException($"Such a condition always holds: {matcher}."),
    };
}
