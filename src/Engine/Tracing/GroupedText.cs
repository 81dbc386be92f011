using System.Globalization;

namespace Commission.Engine;

/// <summary>Decimals as people read them: with thousands separators, the same in every culture.</summary>
internal static class GroupedText
{
    /// <summary>Decimal places at most.</summary>
    public const int Places = 6;

    private const int Group = 3;
    private const decimal PlacesFactor = 1_000_000m;

    // What is below it fits a long; the sign, its digits and separators, and the places fit the room.
    private const decimal LargestQuick = 9_000_000_000_000_000_000m;
    private const int Room = 40;

    /// <summary>Such as 12,345.60.</summary>
    /// <param name="value">Of at most <see cref="Places"/> decimal places.</param>
    /// <param name="least">Decimal places at least, 0 to <see cref="Places"/>; zeros beyond are left out.</param>
    public static string Of(decimal value, int least)
    {
        var size = Math.Abs(value);
        if (size >= LargestQuick)
        {
            var format = $"#,0.{new string('0', least)}{new string('#', Places - least)}";
            return value.ToString(format, CultureInfo.InvariantCulture);
        }

        Span<char> text = stackalloc char[Room];
        var whole = (long)decimal.Truncate(size);
        var at = WritePlaces(text, (int)((size - whole) * PlacesFactor), least);
        at = WriteWhole(text, at, whole);
        if (value < 0m)
        {
            text[--at] = '-';
        }

        return new string(text[at..]);
    }

    private static int WritePlaces(Span<char> text, int rest, int least)
    {
        var places = Places;
        for (; places > least && rest % 10 == 0; places--)
        {
            rest /= 10;
        }

        var at = text.Length;
        for (var i = 0; i < places; i++, rest /= 10)
        {
            text[--at] = (char)('0' + (rest % 10));
        }

        if (places > 0)
        {
            text[--at] = '.';
        }

        return at;
    }

    private static int WriteWhole(Span<char> text, int at, long whole)
    {
        var written = 0;
        do
        {
            if (written > 0 && written % Group == 0)
            {
                text[--at] = ',';
            }

            text[--at] = (char)('0' + (whole % 10));
            whole /= 10;
            written++;
        }
        while (whole > 0);
        return at;
    }
}
