using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine;

/// <summary>Readings of single values. Null where an error was reported.</summary>
internal static class Readings
{
    // Outside these years a date is a slip, and windows around it could leave the calendar.
    private const int YearMin = 1900;
    private const int YearMax = 2999;
    private const int NameMax = 64;
    /// <summary>The most characters of a label.</summary>
    public const int TextMax = 200;

    /// <summary>A number that may be a percentage.</summary>
    public static decimal? Number(this Spot spot) => spot.Read(mayBePercent: true, "a number")?.Value;

    /// <summary>A number that a per-cent sign makes senseless: money, units.</summary>
    public static decimal? Plain(this Spot spot, string wanted) => spot.Read(mayBePercent: false, wanted)?.Value;

    /// <summary>A plain number, at least zero.</summary>
    public static decimal? PlainFromZero(this Spot spot, string wanted)
    {
        var value = spot.Plain(wanted);
        return value is null ? null : spot.FromZero(value.Value);
    }

    /// <summary>A share of something. Plain numbers far above 1 were probably meant as percentages.</summary>
    public static decimal? Fraction(this Spot spot, decimal plainMax)
    {
        var read = spot.Read(mayBePercent: true, "a percentage");
        if (read is { Percent: false } plain && Math.Abs(plain.Value) > plainMax)
        {
            var text = spot.Text() ?? "";
            spot.Warn($"a plain {text} is {text} times the whole; percentages carry their sign", text + "%");
        }

        return read?.Value;
    }

    /// <summary>A share of one thing, 0 to 1.</summary>
    public static decimal? Share(this Spot spot)
    {
        var share = spot.Number();
        if (share is < 0 or > 1)
        {
            var meant = share is > 1 and <= 100 && spot.Node is TextNode { Text: var text } && !text.EndsWith('%')
                ? text + "%"
                : null;
            spot.Error("a share lies between 0% and 100%", meant);
        }

        return share;
    }

    /// <summary>A month of the year, 1 to 12.</summary>
    public static int? Month(this Spot spot)
    {
        var month = spot.Plain("a month from 1 to 12");
        if (month is >= 1 and <= 12 && decimal.IsInteger(month.Value))
        {
            return (int)month;
        }

        if (month is not null)
        {
            spot.Error("must be a month from 1 to 12", month < 1 ? "1" : "12");
        }

        return null;
    }

    /// <summary>A currency in use.</summary>
    public static Currency? Currency(this Spot spot)
    {
        var code = spot.Text("a currency's code");
        if (code is null)
        {
            return null;
        }

        if (Engine.Currency.TryGet(code, out var currency))
        {
            return currency;
        }

        var hint = spot.Nearest(code, Engine.Currency.Codes.Order(StringComparer.Ordinal));
        spot.Error($"'{code}' is no currency in use by ISO 4217", hint);
        return null;
    }

    /// <summary>A bound: with a per-cent sign a share of the quota, without one units of the measure.</summary>
    public static Bound? Bound(this Spot spot)
    {
        var read = spot.Read(mayBePercent: true, "a percentage of the quota, or a number in units of the measure");
        return read is { } bound && spot.FromZero(bound.Value) is { } value ? new Bound(value, bound.Percent) : null;
    }

    /// <summary>One of a fixed set of words.</summary>
    public static T? Choice<T>(this Spot spot, ImmutableArray<(string Word, T Value)> words)
        where T : struct
    {
        var text = spot.Node is TextNode { Text.Length: > 0 } ? spot.Text() : spot.Text("one of " + Join(words));
        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        if (text is not null)
        {
            var meant = Words.OtherNames.GetValueOrDefault(text.ToLowerInvariant());
            var known = words.Select(pair => pair.Word).ToList();
            var hint = known.Find(word => word == meant) ?? spot.Nearest(text, known);
            spot.Error($"'{text}' is none of {Join(words)}", hint);
        }

        return null;
    }

    /// <summary>Lower-case letters, digits and '-', 1 to 64 of them.</summary>
    public static string? Id(this Spot spot)
    {
        var text = spot.Text("an id");
        if (text is null || (text.Length <= NameMax && text.All(IsOfId)))
        {
            return text;
        }

        spot.Error($"an id is made of lower-case letters, digits and '-', 1 to {NameMax} of them", MendId(text));
        return null;
    }

    /// <summary>Words for people, or a name from elsewhere.</summary>
    public static string? Label(this Spot spot)
    {
        var text = spot.Text();
        if (text?.Length > TextMax)
        {
            spot.Error($"is longer than {TextMax} characters");
        }

        return text;
    }

    /// <summary>A real calendar date, as <c>YYYY-MM-DD</c>.</summary>
    public static DateOnly? AnyDate(this Spot spot)
    {
        var text = spot.Text("a date");
        if (text is null)
        {
            return null;
        }

        if (DateOnly.TryParseExact(text, DateText.Format, CultureInfo.InvariantCulture, default, out var date))
        {
            return date;
        }

        var (message, hint) = DateText.Explain(text);
        spot.Error(message, hint);
        return null;
    }

    /// <summary>A date of the years in which plans can pay.</summary>
    public static DateOnly? Date(this Spot spot)
    {
        var date = spot.AnyDate();
        if (date is { Year: < YearMin or > YearMax })
        {
            spot.Error($"dates are of the years {YearMin} to {YearMax}; leave an open end out");
        }

        return date;
    }

    public static string Join<T>(ImmutableArray<(string Word, T Value)> words) =>
        string.Join(", ", words.Select(known => known.Word));

    private static (decimal Value, bool Percent)? Read(this Spot spot, bool mayBePercent, string wanted)
    {
        var text = spot.Text(wanted);
        if (text is null)
        {
            return null;
        }

        var wrong = NumberText.Read(text, out var value, out var percent);
        if (wrong is not null)
        {
            spot.Error($"'{Cut(text)}' {wrong}", spot.Problems.IsFull ? null : NumberMending.Mend(text));
            return null;
        }

        if (percent && !mayBePercent)
        {
            spot.Error($"'{text}' is a percentage, but {wanted} is needed", text[..^1]);
            return null;
        }

        return (value, percent);
    }

    private static decimal? FromZero(this Spot spot, decimal value)
    {
        if (value >= 0)
        {
            return value;
        }

        spot.Error("cannot be below zero", (spot.Node as TextNode)?.Text.TrimStart('-'));
        return null;
    }

    private static string Cut(string text) => text.Length <= NameMax ? text : text[..NameMax] + "…";

    internal static string? MendId(string text)
    {
        var letters = text.Trim().ToLowerInvariant().Select(letter => IsOfId(letter) ? letter : '-').Take(NameMax);
        var mended = string.Concat(letters).Trim('-');
        return mended.Length > 0 ? mended : null;
    }

    private static bool IsOfId(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-';
}
