using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Commission.Contracts.Grains;
using Commission.Engine;

namespace Commission.Mapping;

/// <summary>
/// Reads the text fields of a request and collects every refusal, so that a caller hears of all at once.
/// </summary>
internal sealed class Fields
{
    private const int MostBytes = 400;

    private static readonly SearchValues<char> SlugCharacters =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private List<Refusal>? _refusals;
    private string _path = "";
    private string? _list;
    private int _index;

    /// <summary>Whether anything was refused.</summary>
    public bool Refused => _refusals is not null;

    /// <summary>All refusals, in the order in which they were found.</summary>
    public ImmutableArray<Refusal> Refusals => _refusals is null ? [] : [.. _refusals];

    /// <summary>
    /// Within what the fields are that are named from now on: names are put together only where something is refused.
    /// </summary>
    /// <param name="path">Such as <c>deal</c>; empty: the request itself.</param>
    /// <param name="list">A list in it, such as <c>owners</c>; null: none.</param>
    /// <param name="index">Which of the list.</param>
    public void Within(string path, string? list = null, int index = 0) =>
        (_path, _list, _index) = (path, list, index);

    /// <summary>Notes a field that has a value it can't have.</summary>
    public void Refuse(string field, string message) => Refuse(RefusalReason.InvalidField, field, message);

    /// <summary>Notes a refusal.</summary>
    public void Refuse(RefusalReason reason, string field, string message) =>
        (_refusals ??= []).Add(new Refusal(reason, Named(field), message));

    /// <summary>Decimal text; a trailing % divides by 100. Refused: anything else, also exponents and blanks.</summary>
    public decimal? Number(string field, string text)
    {
        var percent = text.EndsWith('%');
        var digits = percent ? text.AsSpan(0, text.Length - 1) : text;
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(digits, plain, CultureInfo.InvariantCulture, out var value))
        {
            Refuse(field, $"'{Clip(text)}' is not a number: expected decimal text such as 12.5 or 50%.");
            return null;
        }

        return percent ? value / 100m : value;
    }

    /// <summary>As <see cref="Number"/>; empty text is null.</summary>
    public decimal? OptionalNumber(string field, string text) => text.Length == 0 ? null : Number(field, text);

    /// <summary>A calendar day of the years 1900 to 2999, YYYY-MM-DD.</summary>
    public DateOnly? Day(string field, string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            if (day.Year is < 1900 or > 2999)
            {
                Refuse(field, $"{text} is too far away: expected a day of the years 1900 to 2999.");
                return null;
            }

            return day;
        }

        Refuse(field, text.Length == 0
            ? "A day is required: YYYY-MM-DD."
            : $"'{Clip(text)}' is not a day of the calendar: expected YYYY-MM-DD.");
        return null;
    }

    /// <summary>As <see cref="Day"/>; empty text is null.</summary>
    public DateOnly? OptionalDay(string field, string text) => text.Length == 0 ? null : Day(field, text);

    /// <summary>Text of 1 to <paramref name="longest"/> characters without control characters.</summary>
    public bool Id(string field, string text, int longest)
    {
        if (text.Length is 0 || text.Length > longest || text.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            Refuse(field,
                $"Expected 1 to {longest} characters, none of them a control character; found {text.Length}.");
            return false;
        }

        if (!FitsStore(text))
        {
            Refuse(field, $"Expected valid Unicode of at most {MostBytes} bytes in UTF-8.");
            return false;
        }

        return true;
    }

    /// <summary>As <see cref="OptionalNumber"/>, at most <see cref="DealChecks.MaxMagnitude"/>, up or down.</summary>
    public decimal? Measure(string field, string text)
    {
        var value = OptionalNumber(field, text);
        Magnitude(field, value ?? 0m);
        return value;
    }

    /// <summary>Notes a number that is too large to be reckoned with.</summary>
    /// <returns>Whether it is not.</returns>
    public bool Magnitude(string field, decimal value)
    {
        if (Math.Abs(value) <= DealChecks.MaxMagnitude)
        {
            return true;
        }

        Refuse(field, $"{value.ToText()} is too large: expected at most {DealChecks.MaxMagnitude.ToText()}.");
        return false;
    }

    /// <summary>An id of a payee, territory or tenant: 1 to 64 letters, digits, '-', '_' and '.'.</summary>
    public bool Slug(string field, string text)
    {
        if (text.Length is > 0 and <= 64 && !text.AsSpan().ContainsAnyExcept(SlugCharacters))
        {
            return true;
        }

        Refuse(field, $"'{Clip(text)}' is not an id: expected 1 to 64 letters, digits, '-', '_' and '.'.");
        return false;
    }

    private string Named(string field)
    {
        var within = _list is null ? _path : $"{_path}.{_list}[{_index}]";
        return within.Length == 0 ? field : field.Length == 0 ? within : $"{within}.{field}";
    }

    private static bool FitsStore(string text)
    {
        try
        {
            return StrictUtf8.GetByteCount(text) <= MostBytes;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static string Clip(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
}
