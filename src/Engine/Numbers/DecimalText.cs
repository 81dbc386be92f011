using System.Globalization;

namespace Commission.Engine;

/// <summary>Decimals as plain digits, the same in every culture.</summary>
public static class DecimalText
{
    // A sign, 29 digits and a point.
    private const int Room = 31;

    /// <summary>Such as <c>-1234.5</c>: no separators, no exponent, no zeros at the end.</summary>
    public static string Of(decimal value)
    {
        if (value == 0m)
        {
            return "0";
        }

        Span<char> room = stackalloc char[Room];
        value.TryFormat(room, out var written, provider: CultureInfo.InvariantCulture);
        ReadOnlySpan<char> text = room[..written];
        return new string(value.Scale == 0 ? text : text.TrimEnd('0').TrimEnd('.'));
    }
}
