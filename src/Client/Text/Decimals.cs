using System.Globalization;
using Commission.Contracts.V1;

namespace Commission.Client.Text;

/// <summary>Exact numbers: from text, to text and to money.</summary>
public static class Decimals
{
    private const decimal NanosPerUnit = 1_000_000_000m;

    /// <summary>The largest magnitude that one number in a file may have.</summary>
    public const decimal LargestMagnitude = 1_000_000_000_000_000m;

    /// <summary>
    /// Reads a plain number: sign, digits, a point. No exponent, no group separators, and no digit is lost: a number
    /// of more than 28 digits or beyond <see cref="LargestMagnitude"/> is refused.
    /// </summary>
    public static bool TryParse(string text, out decimal value)
    {
        const NumberStyles Plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
            | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        return decimal.TryParse(text, Plain, CultureInfo.InvariantCulture, out value)
            && text.Count(char.IsAsciiDigit) <= 28
            && Math.Abs(value) <= LargestMagnitude;
    }

    /// <summary>Reads a share or probability: a plain number, or a percentage such as "12.5%" (0.125).</summary>
    public static bool TryParseShare(string text, out decimal value)
    {
        var percent = text.TrimEnd().EndsWith('%');
        var parsed = TryParse(percent ? text.TrimEnd()[..^1] : text, out value);
        value = percent ? value / 100 : value;
        return parsed;
    }

    /// <summary>Decimal text without trailing zeros: 12.50 is "12.5".</summary>
    public static string ToText(decimal value) =>
        value.ToString("0.############################", CultureInfo.InvariantCulture);

    /// <summary>
    /// The amount exactly; null where it has more than 9 decimals or too many whole units for 64 bits.
    /// </summary>
    /// <param name="value">The amount.</param>
    /// <param name="currency">ISO 4217.</param>
    public static Money? ToMoney(decimal value, string currency)
    {
        var units = decimal.Truncate(value);
        var nanos = (value - units) * NanosPerUnit;
        return nanos != decimal.Truncate(nanos) || units is < long.MinValue or > long.MaxValue
            ? null
            : new Money { Currency = currency, Units = (long)units, Nanos = (int)nanos };
    }

    /// <summary>The amount as a number; exact.</summary>
    public static decimal FromMoney(Money money) => money.Units + (money.Nanos / NanosPerUnit);
}
