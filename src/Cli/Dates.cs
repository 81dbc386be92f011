using System.Globalization;

namespace Commission.Cli;

/// <summary>Dates as they are written, the same in every culture.</summary>
internal static class Dates
{
    private const string Format = "yyyy-MM-dd";

    public static string Text(DateOnly day) => day.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Null where the text is no date.</summary>
    public static DateOnly? Read(string text) =>
        DateOnly.TryParseExact(text, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : null;
}
