using System.Globalization;
using System.Text.RegularExpressions;

namespace Commission.Engine;

/// <summary>Numbers as people write them elsewhere: <c>$1,200.50</c>, <c>1.200,50 EUR</c>, <c>5 percent</c>.</summary>
internal static partial class NumberMending
{
    private const int MatchTimeoutMs = 1000;

    /// <summary>What was probably meant by a number that is none, or null.</summary>
    public static string? Mend(string text)
    {
        var match = text.Length > NumberText.LengthMax ? null : Parts().Match(text.Trim());
        if (match is not { Success: true })
        {
            return null;
        }

        var digits = Pointed(Grouping().Replace(match.Groups["digits"].Value, ""));
        var isNegative = match.Groups["minus"].Success || (text.Contains('(') && text.Contains(')'));
        var percent = match.Groups["percent"].Success ? "%" : "";
        var mended = (isNegative ? "-" : "") + Scaled(digits, match.Groups["scale"].Value) + percent;
        return NumberText.Read(mended, out _, out _) is null ? mended : null;
    }

    // The last of points and commas parts whole from fraction, unless it can only group digits by three.
    private static string Pointed(string digits)
    {
        var last = digits.LastIndexOfAny(['.', ',']);
        if (last < 0)
        {
            return digits;
        }

        var (mark, after) = (digits[last], digits[(last + 1)..]);
        var others = digits[..last].Count(letter => letter == mark);
        var isGroup = after.Length == 3 && digits[0] != '0' && last is > 0 and <= 3 && mark == ',';
        var whole = string.Concat(digits[..last].Where(char.IsAsciiDigit));
        var isBroken = others > 0 && digits.Split(mark).Skip(1).Any(group => group.Length != 3);
        return isBroken ? ""
            : others > 0 || isGroup ? whole + after
            : after.Length == 0 ? whole
            : (whole.Length == 0 ? "0" : whole) + "." + after;
    }

    private static string Scaled(string digits, string scale)
    {
        var zeros = scale.ToLowerInvariant() switch
        {
            "" => 0,
            "k" => 3,
            "m" or "mio" or "million" => 6,
            var exponent => int.Parse(exponent.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture),
        };
        const int ZerosMax = 20;
        if (zeros == 0 || Math.Abs(zeros) > ZerosMax || !decimal.TryParse(
            $"{digits}e{zeros}", NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return zeros == 0 ? digits : "";
        }

        return DecimalText.Of(value);
    }

    [GeneratedRegex(
        "^\\(?(?<minus>[-\u2212])?\\+?([A-Z]{3}|\\p{Sc}|US\\$)?\\s*(?<minus>[-\u2212])?"
        + "(?<digits>[0-9.,'’_\\s]*[0-9][.,]?)"
        + "(?<scale>k|m|mio|million|e[-+]?[0-9]{1,2})?\\s*(?<percent>%|percent|pct)?\\s*([A-Z]{3}|\\p{Sc})?\\)?$",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        MatchTimeoutMs)]
    private static partial Regex Parts();

    [GeneratedRegex("['’_\\s]", RegexOptions.ExplicitCapture, MatchTimeoutMs)]
    private static partial Regex Grouping();
}
