using System.Globalization;
using System.Text.Json.Nodes;

namespace Commission.Engine.Tests.Generators;

/// <summary>Makes worlds smaller, step by step: entries and fields are left out, numbers, days and percentages become
/// plainer. What the format refuses is not proposed.</summary>
internal static class Shrinker
{
    private static readonly DateOnly First = new(2026, 1, 1);
    private static readonly string[] Plainer = ["0", "1", "10", "100", "1000"];

    /// <summary>Worlds one step smaller, the boldest steps first.</summary>
    public static IEnumerable<World> Smaller(World world) =>
        SmallerNodes(world.Json).Select(json => World.TryRead(json.AsObject(), world.Seed)).OfType<World>();

    private static IEnumerable<JsonNode> SmallerNodes(JsonNode node) => node switch
    {
        JsonArray array => SmallerArrays(array),
        JsonObject map => SmallerMaps(map),
        _ => PlainerTexts(node.ToString()).Select(text => (JsonNode)text),
    };

    private static IEnumerable<JsonNode> SmallerArrays(JsonArray array)
    {
        for (var width = array.Count; width > 0; width /= 2)
        {
            for (var at = 0; at + width <= array.Count; at += width)
            {
                var without = array.DeepClone().AsArray();
                without.RemoveRange(at, width);
                yield return without;
            }
        }

        for (var i = 0; i < array.Count; i++)
        {
            foreach (var smaller in SmallerNodes(array[i]!))
            {
                var copy = array.DeepClone().AsArray();
                copy[i] = smaller;
                yield return copy;
            }
        }
    }

    private static IEnumerable<JsonNode> SmallerMaps(JsonObject map)
    {
        foreach (var name in map.Select(field => field.Key))
        {
            var without = map.DeepClone().AsObject();
            without.Remove(name);
            yield return without;
        }

        foreach (var (name, value) in map)
        {
            foreach (var smaller in SmallerNodes(value!))
            {
                var copy = map.DeepClone().AsObject();
                copy[name] = smaller;
                yield return copy;
            }
        }
    }

    // Every step is shorter, earlier in the alphabet, or a day nearer to the first: there is an end to it.
    private static IEnumerable<string> PlainerTexts(string text)
    {
        const DateTimeStyles Plain = DateTimeStyles.None;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, Plain, out var day)
            ? PlainerDays(day).Distinct().Where(plainer => plainer != day).Select(Dice.Text)
            : Numbers(text).Distinct().Where(plainer => plainer.Length < text.Length ||
                (plainer.Length == text.Length && string.CompareOrdinal(plainer, text) < 0));
    }

    private static IEnumerable<DateOnly> PlainerDays(DateOnly day)
    {
        var distance = day.DayNumber - First.DayNumber;
        return [First, First.AddDays(distance / 2), First.AddDays(distance - Math.Sign(distance))];
    }

    private static IEnumerable<string> Numbers(string text)
    {
        var sign = text.EndsWith('%') ? "%" : "";
        return decimal.TryParse(text.TrimEnd('%'), CultureInfo.InvariantCulture, out var number)
            ? Plainer.Concat(PlainerNumbers(number).Select(Dice.Text)).Select(plainer => plainer + sign)
            : [];
    }

    private static IEnumerable<decimal> PlainerNumbers(decimal number)
    {
        var whole = Math.Truncate(number);
        var leading = 1m;
        while (Math.Abs(whole) >= leading * 10m)
        {
            leading *= 10m;
        }

        return
        [
            -number, whole, whole - (whole % leading), Math.Round(number, 1), Math.Round(number, 2),
            Math.Round(number, 4),
        ];
    }
}
