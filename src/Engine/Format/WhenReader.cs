using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Reads the conditions on deals. Values keep their text.</summary>
internal static class WhenReader
{
    public static ImmutableArray<Matcher> Read(Spot spot)
    {
        var fields = spot.AnyFields("a map from deals' fields to their values");
        return fields is null ? [] : [.. fields.All.Select(ReadEntry).OfType<Matcher>()];
    }

    private static Matcher? ReadEntry(Spot spot)
    {
        var field = spot.Name?.Text ?? "";
        return spot.Node switch
        {
            MapNode => ReadMap(spot, field),
            ListNode => new Matcher.OneOf(field, ReadValues(spot, field)),
            _ => new Matcher.OneOf(field, ReadValue(spot, field) is { } value ? [value] : []),
        };
    }

    private static Matcher? ReadMap(Spot spot, string field)
    {
        var fields = spot.Fields(WhenShapes.Numbers);
        if (fields is null || fields.All.Count == 0)
        {
            spot.Error("needs a min, a max or a not");
            return null;
        }

        if (fields["not"] is not { } not)
        {
            return field == "credited" ? ReadDates(fields) : ReadNumbers(fields, field);
        }

        foreach (var other in fields.Among("min", "max"))
        {
            other.ErrorAtName($"'{other.Name?.Text}' cannot stand beside 'not'");
        }

        return new Matcher.NoneOf(field, ReadValues(not, field));
    }

    private static Matcher.Between ReadNumbers(Fields fields, string field)
    {
        var (min, max) = (fields["min"]?.Number(), fields["max"]?.Number());
        CheckOrder(fields, min > max);
        return new Matcher.Between(field, min, max);
    }

    private static Matcher.CreditedBetween ReadDates(Fields fields)
    {
        var (min, max) = (fields["min"]?.AnyDate(), fields["max"]?.AnyDate());
        CheckOrder(fields, min > max);
        return new Matcher.CreditedBetween(min, max);
    }

    private static void CheckOrder(Fields fields, bool wrong)
    {
        if (wrong)
        {
            fields["max"]?.Error("lies below the min, so that nothing matches");
        }
    }

    private static ImmutableArray<string> ReadValues(Spot spot, string field) =>
        [.. (spot.Items("a list of values") ?? []).Select(item => ReadValue(item, field)).OfType<string>()];

    private static string? ReadValue(Spot spot, string field)
    {
        if (spot.Node is not TextNode { Text: var text })
        {
            spot.WrongKind("a value");
            return null;
        }

        var wrong = field switch
        {
            "credited" => spot.AnyDate() is null,
            "amount" or "margin" or "quantity" => spot.Number() is null,
            _ => false,
        };
        return wrong ? null : text;
    }
}
