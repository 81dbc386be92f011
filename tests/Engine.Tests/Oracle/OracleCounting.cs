using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Oracle;

/// <summary>Which deals a component counts, and for how much.</summary>
internal static class OracleCounting
{
    private static readonly string[] Numbers = ["amount", "margin", "quantity"];

    /// <summary>What one deal adds to a component's total; null where the component does not count it.</summary>
    /// <param name="component">The component.</param>
    /// <param name="deal">The deal.</param>
    /// <param name="currency">The plan's currency.</param>
    /// <param name="rate">What one unit of the deal's currency is in the plan's.</param>
    public static Rational? Counted(OracleComponent component, OracleDeal deal, string currency, Rational rate)
    {
        var shares = component.Credit.Where(deal.Roles.ContainsKey).Select(role => deal.Roles[role]).ToList();
        if (shares.Count == 0 || !component.When.All(entry => Holds(entry.Key, entry.Value!, deal, currency)))
        {
            return null;
        }

        var counted = shares.Aggregate(Rational.Larger) * Measured(component.Measure, deal, rate);
        return component.Limit is { } limit
            ? Rational.Smaller(Rational.Larger(counted, Rational.Zero - limit), limit)
            : counted;
    }

    private static Rational Measured(string measure, OracleDeal deal, Rational rate) => measure switch
    {
        "deals" => Rational.One,
        "amount" or "margin" => (deal.Number(measure) ?? Rational.Zero) * rate,
        "quantity" => deal.Number(measure) ?? Rational.Zero,
        _ => deal.Number(measure["field:".Length..]) ?? Rational.Zero,
    };

    private static bool Holds(string field, JsonNode condition, OracleDeal deal, string currency)
    {
        var value = deal.Field(field) ?? (field == "currency" ? currency : null);
        return condition switch
        {
            JsonArray list => value is not null && IsOneOf(field, value, list),
            JsonObject map when map["not"] is JsonArray list => value is null || !IsOneOf(field, value, list),
            JsonObject map => value is not null && Lies(field, value, map),
            _ => value is not null && Same(field, value, condition.ToString()),
        };
    }

    private static bool IsOneOf(string field, string value, JsonArray list) =>
        list.Any(item => Same(field, value, item!.ToString()));

    private static bool Same(string field, string value, string other) => Numbers.Contains(field)
        ? Reading.ToRational(value).Equals(Reading.ToRational(other))
        : value == other;

    private static bool Lies(string field, string value, JsonObject map)
    {
        if (field == "credited")
        {
            var day = Reading.ToDay(value);
            return !(day < map.Day("min")) && !(day > map.Day("max"));
        }

        return Rational.TryRead(value) is { } number
            && (map.Rational("min") is not { } min || number >= min)
            && (map.Rational("max") is not { } max || number <= max);
    }
}
