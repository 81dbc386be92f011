using System.Globalization;
using System.Numerics;

namespace Commission.Engine;

/// <summary>The format's numbers: <c>1200000</c>, <c>-0.5</c>, <c>5%</c>. Exact, or refused.</summary>
internal static class NumberText
{
    /// <summary>The most characters of a number.</summary>
    public const int LengthMax = 80;

    private const int ScaleMax = 28;
    private const int SmallMax = 18;
    private static readonly BigInteger Limit = BigInteger.One << 96;

    /// <summary>Reads a number; a percentage is a hundredth of what stands before the sign.</summary>
    /// <param name="text">As written.</param>
    /// <param name="value">The number, without needless zeros.</param>
    /// <param name="percent">Whether a per-cent sign ends it.</param>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Read(string text, out decimal value, out bool percent)
    {
        value = 0;
        percent = text.EndsWith('%');
        var digits = text.AsSpan(0, text.Length - (percent ? 1 : 0));
        var negative = digits is ['-', ..];
        digits = negative ? digits[1..] : digits;
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits : digits[..point];
        var part = point < 0 ? [] : digits[(point + 1)..];
        if (text.Length > LengthMax)
        {
            return "is too long for a number";
        }

        if (!IsDigits(whole) || (point >= 0 && !IsDigits(part)))
        {
            return "is not a number such as 1200000, 0.5 or 5%";
        }

        return Compose(whole, part, percent ? 2 : 0, negative, out value)
            ? null
            : "has more digits than can be kept exactly (28)";
    }

    private static bool IsDigits(ReadOnlySpan<char> text) =>
        text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    private static bool Compose(
        ReadOnlySpan<char> whole, ReadOnlySpan<char> part, int more, bool negative, out decimal value)
    {
        var scale = part.Length + more;
        if (whole.Length + part.Length <= SmallMax)
        {
            return ComposeSmall(Unscaled(part, Unscaled(whole, 0)), scale, negative, out value);
        }

        value = 0;
        var unscaled = BigInteger.Parse(string.Concat(whole, part), CultureInfo.InvariantCulture);
        while (scale > 0 && unscaled % 10 == 0)
        {
            (unscaled, scale) = (unscaled / 10, scale - 1);
        }

        if (unscaled >= Limit || scale > ScaleMax)
        {
            return false;
        }

        var parts = new uint[3];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = (uint)((unscaled >> (32 * i)) & uint.MaxValue);
        }

        value = new decimal(
            unchecked((int)parts[0]), unchecked((int)parts[1]), unchecked((int)parts[2]),
            negative && !unscaled.IsZero, (byte)scale);
        return true;
    }

    private static ulong Unscaled(ReadOnlySpan<char> digits, ulong before)
    {
        foreach (var digit in digits)
        {
            before = (before * 10) + (ulong)(digit - '0');
        }

        return before;
    }

    // The same for a number of the usual length, without big integers.
    private static bool ComposeSmall(ulong unscaled, int scale, bool negative, out decimal value)
    {
        while (scale > 0 && unscaled % 10 == 0)
        {
            (unscaled, scale) = (unscaled / 10, scale - 1);
        }

        var (low, middle) = unchecked(((int)unscaled, (int)(unscaled >> 32)));
        value = scale > ScaleMax ? 0 : new decimal(low, middle, 0, negative && unscaled != 0, (byte)scale);
        return scale <= ScaleMax;
    }
}
