using System.Globalization;

namespace Commission.Engine;

/// <summary>Dates and windows' names as written.</summary>
internal static class DateText
{
    /// <summary>How dates are written.</summary>
    public const string Format = "yyyy-MM-dd";

    /// <summary>What windows' names look like: 2026, 2026-H1, 2026-Q1, 2026-01.</summary>
    public const string WindowPattern = "^[1-9][0-9]{3}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?$";

    /// <summary>Says what is wrong with a text that is no date, and which date was probably meant.</summary>
    public static (string Message, string? Hint) Explain(string text)
    {
        var shape = $"'{text}' is not a date; dates are written YYYY-MM-DD";
        var parts = text.Split('-', '/', '.', 'T', ' ');
        if (parts.Length < 3 || !IsNumber(parts[1], 2) || !IsNumber(parts[2], 2) || !IsNumber(parts[0], 4))
        {
            return (shape, null);
        }

        var (year, month, day) = (Number(parts[0]), Number(parts[1]), Number(parts[2]));
        if (parts[0].Length != 4 || year == 0)
        {
            return (shape, null);
        }

        if (month is 0 or > 12)
        {
            return ($"'{text}' has the month {month}; months are 01 to 12", null);
        }

        var last = DateTime.DaysInMonth(year, month);
        var near = $"{parts[0]}-{month:00}-{Math.Clamp(day, 1, last):00}";
        return day >= 1 && day <= last
            ? (shape, near)
            : ($"there is no day {day} in {parts[0]}-{month:00}, which has {last} days", near);
    }

    /// <summary>Whether a text names a window of the kind: 2026, 2026-H1, 2026-Q1, 2026-01.</summary>
    public static bool IsWindow(string text, WindowKind kind) =>
        text.Length >= 4 && IsYear(text.AsSpan(0, 4))
            && NamesIn(text[..4], kind).Contains(text, StringComparer.Ordinal);

    /// <summary>The name of that kind next to a text that is none, or null.</summary>
    public static string? NearestWindow(string text, WindowKind kind) =>
        text.Length >= 4 && IsYear(text.AsSpan(0, 4)) ? Nearest.To(text, NamesIn(text[..4], kind)) : null;

    /// <summary>An example of the kind's names.</summary>
    public static string Example(WindowKind kind) => NamesIn("2026", kind).First();

    private static IEnumerable<string> NamesIn(string year, WindowKind kind) => kind switch
    {
        WindowKind.Month => Enumerable.Range(1, 12).Select(month => $"{year}-{month:00}"),
        WindowKind.Quarter => Enumerable.Range(1, 4).Select(quarter => $"{year}-Q{quarter}"),
        WindowKind.Half => [$"{year}-H1", $"{year}-H2"],
        _ => [year],
    };

    private static bool IsYear(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9') && text[0] != '0';

    private static bool IsNumber(string text, int digitsMax) =>
        text.Length > 0 && text.Length <= digitsMax && text.All(char.IsAsciiDigit);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
