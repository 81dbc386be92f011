using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>Which deals a component counts, and for how much.</summary>
internal static class OracleCounting
{
    private static readonly string[] Numbers = ["amount", "margin", "quantity"];

    /// <summary>What one deal adds to a component's total; null where the component does not count it.</summary>
    /// <param name="component">The component.</param>
    /// <param name="deal">The deal.</param>
    /// <param name="money">How its money is read.</param>
    public static Rational? Counted(OracleComponent component, OracleDeal deal, Money money)
    {
        var shares = component.Credit.Where(deal.Roles.ContainsKey).Select(role => deal.Roles[role]).ToList();
        if (shares.Count == 0 || !component.When.All(entry => Holds(entry.Key, entry.Value!, deal, money)))
        {
            return null;
        }

        var counted = shares.Aggregate(Rational.Larger) * Measured(component.Measure, deal, money);
        return component.Limit is { } limit
            ? Rational.Smaller(Rational.Larger(counted, Rational.Zero - limit), limit)
            : counted;
    }

    private static Rational Measured(string measure, OracleDeal deal, Money money) => measure switch
    {
        "deals" => Rational.One,
        "amount" or "margin" or "quantity" => OwnNumber(measure, deal, money) ?? Rational.Zero,
        _ => Plain(deal.Field(measure["field:".Length..])) ?? Rational.Zero,
    };

    // What a deal's money is worth is not known where there is no rate.
    private static Rational? OwnNumber(string field, OracleDeal deal, Money money)
    {
        var number = Plain(deal.Field(field));
        return field == "quantity" ? number : number is null || money.Rate is null ? null : number * money.Rate;
    }

    private static bool Holds(string field, JsonNode condition, OracleDeal deal, Money money) => condition switch
    {
        JsonArray list => IsOneOf(field, list, deal, money),
        JsonObject map when map["not"] is JsonArray list => !IsOneOf(field, list, deal, money),
        JsonObject map => Lies(field, map, deal, money),
        _ => IsOneOf(field, new JsonArray(condition.ToString()), deal, money),
    };

    // A field that the deal lacks equals nothing.
    private static bool IsOneOf(string field, JsonArray list, OracleDeal deal, Money money)
    {
        if (Numbers.Contains(field))
        {
            var number = OwnNumber(field, deal, money);
            return list.Any(item => Reading.ToRational(item!.ToString()).Equals(number));
        }

        var text = deal.Field(field) ?? (field == "currency" ? money.Currency : null);
        return text is not null && list.Any(item => item!.ToString() == text);
    }

    private static bool Lies(string field, JsonObject map, OracleDeal deal, Money money)
    {
        if (field == "credited")
        {
            return !(deal.Credited < map.Day("min")) && !(deal.Credited > map.Day("max"));
        }

        var number = Numbers.Contains(field) ? OwnNumber(field, deal, money) : Plain(deal.Field(field));
        return number is not null
            && (map.Rational("min") is not { } min || number >= min)
            && (map.Rational("max") is not { } max || number <= max);
    }

    // A deal states plain numbers; percentages are the plan's way of writing.
    private static Rational? Plain(string? text) =>
        text is null || text.EndsWith('%') ? null : Rational.TryRead(text);
}

/// <summary>How a deal's money is read.</summary>
/// <param name="Currency">The plan's currency.</param>
/// <param name="Rate">What one unit of the deal's currency is in the plan's; null where that is not known.</param>
internal sealed record Money(string Currency, Rational? Rate);
