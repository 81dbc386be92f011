using System.Globalization;

namespace Commission.Engine;

/// <summary>Numbers, days and lists as people read them, the same in every culture.</summary>
internal static class Wording
{
    // Of a number that does not end, fewer places are enough.
    private const int PlacesCut = 4;
    private const decimal LastCut = 0.0001m;

    // Beyond it, 6 places do not fit a decimal.
    private const decimal LargestShown = 1_000_000_000_000_000_000_000m;

    /// <summary>With thousands separators; where there are more than 6 places, 4 of them and <c>…</c>.</summary>
    public static string Number(Exact value, int digitsMin = 0)
    {
        if (value >= LargestShown || value <= -LargestShown)
        {
            return value.ToString();
        }

        var shown = value.Round(GroupedText.Places, RoundingRule.HalfUp);
        if (shown == value)
        {
            return GroupedText.Of(shown, Math.Min(digitsMin, GroupedText.Places));
        }

        // Digits that go on are cut, not rounded.
        shown = value.Round(PlacesCut, RoundingRule.HalfUp);
        var cut = Exact.Max(shown, -shown) > Exact.Max(value, -value) ? LastCut * value.Sign : 0m;
        return GroupedText.Of(shown - cut, PlacesCut) + "…";
    }

    /// <summary>0.05 is <c>5%</c>.</summary>
    public static string Percent(Exact value) => Number(value * 100m) + "%";

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Days(DateOnly from, DateOnly to) => (from == DateOnly.MinValue, to == DateOnly.MaxValue) switch
    {
        (true, true) => "for ever",
        (true, false) => $"until {Day(to)}",
        (false, true) => $"from {Day(from)}",
        _ => from == to ? Day(from) : $"{Day(from)} to {Day(to)}",
    };

    public static string Count(int count, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {one}{(count == 1 ? "" : "s")}");

    public static string Or(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }

    public static string And(IEnumerable<string> words)
    {
        var all = words.ToList();
        return all.Count < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    public static string RoleName(CreditRole role) => Words.Roles.First(known => known.Value == role).Word;
}
