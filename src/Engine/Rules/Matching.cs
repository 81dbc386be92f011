using System.Globalization;

namespace Commission.Engine;

/// <summary>Whether a deal meets conditions on its fields.</summary>
internal static class Matching
{
    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    /// <summary>Whether every condition holds. <paramref name="money"/> says what amount and margin are taken
    /// as.</summary>
    public static bool All(ReadOnlySpan<Matcher> when, Deal deal, in DealMoney money)
    {
        foreach (var matcher in when)
        {
            if (!Holds(matcher, deal, money))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A deal's field as a number; null where it is missing, no number, or beyond what a deal may
    /// state.</summary>
    public static decimal? NumberOf(Deal deal, string field) =>
        deal.Fields.TryGetValue(field, out var text) &&
        decimal.TryParse(text, Number, CultureInfo.InvariantCulture, out var number) &&
        Math.Abs(number) <= DealChecks.MaxMagnitude
            ? number
            : null;

    /// <summary>Whether one condition holds.</summary>
    public static bool Holds(Matcher matcher, Deal deal, in DealMoney money) => matcher switch
    {
        Matcher.OneOf one => Equals(one.Field, one.Values.AsSpan(), deal, money),
        Matcher.NoneOf none => !Equals(none.Field, none.Values.AsSpan(), deal, money),
        Matcher.Between between => IsBetween(between, deal, money),
        Matcher.CreditedBetween days =>
            (days.Min is not { } min || deal.Credited >= min) && (days.Max is not { } max || deal.Credited <= max),
        _ => throw new InvalidOperationException($"Unknown condition: {matcher}."),
    };

    private static bool Equals(string field, ReadOnlySpan<string> values, Deal deal, in DealMoney money)
    {
        if (BuiltInNumber(field, deal, money, out var number))
        {
            return number is { } known && AnyNumber(values, known);
        }

        var text = field switch
        {
            "currency" => money.Currency,
            "deal" => deal.Id,
            "credited" => deal.Credited.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            _ => deal.Fields.GetValueOrDefault(field),
        };
        return text is not null && values.Contains(text);
    }

    private static bool AnyNumber(ReadOnlySpan<string> values, Exact number)
    {
        foreach (var value in values)
        {
            if (IsNumber(value, out var wanted) && number == wanted)
            {
                return true;
            }
        }

        return false;
    }

    // A plan may write 0.5 as 50%.
    private static bool IsNumber(string value, out decimal number) => value.EndsWith('%')
        ? NumberText.Read(value, out number, out _) is null
        : decimal.TryParse(value, Number, CultureInfo.InvariantCulture, out number);

    private static bool IsBetween(Matcher.Between between, Deal deal, in DealMoney money)
    {
        if (!BuiltInNumber(between.Field, deal, money, out var number))
        {
            number = NumberOf(deal, between.Field) is { } own ? new Exact(own) : null;
        }

        return number is { } known &&
            (between.Min is not { } min || known >= min) &&
            (between.Max is not { } max || known <= max);
    }

    private static bool BuiltInNumber(string field, Deal deal, in DealMoney money, out Exact? number)
    {
        number = field switch
        {
            "amount" => money.Amount(deal),
            "margin" => money.Margin(deal),
            "quantity" => deal.Quantity is { } quantity ? new Exact(quantity) : null,
            _ => null,
        };
        return field is "amount" or "margin" or "quantity";
    }
}

/// <summary>In which currency a deal's money is read, and at what rate.</summary>
/// <param name="Currency">The deal's currency.</param>
/// <param name="Rate">To the currency read in; null: there is none in force.</param>
internal readonly record struct DealMoney(string? Currency, decimal? Rate)
{
    /// <summary>As the deal states it.</summary>
    public static DealMoney Own(Deal deal) => new(deal.Currency, 1m);

    /// <summary>In a plan's currency, at the rate in force on the credit date.</summary>
    public static DealMoney In(Currency plan, Deal deal, CurrencyRates rates) => deal.Currency is { } own
        ? new DealMoney(own, rates.Find(own, plan.Code, deal.Credited))
        : new DealMoney(plan.Code, 1m);

    public Exact? Amount(Deal deal) => Rate is { } rate ? new Exact(deal.Amount) * rate : null;

    public Exact? Margin(Deal deal) => Rate is { } rate && deal.Margin is { } margin ? new Exact(margin) * rate : null;
}
