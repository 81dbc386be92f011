using System.Globalization;

namespace Commission.Engine;

/// <summary>The windows of a fiscal year that starts in a given month (1 to 12).</summary>
public static class Windows
{
    /// <summary>The kinds of windows that are spans of months, from the shortest.</summary>
    internal static readonly WindowKind[] Spans =
        [WindowKind.Month, WindowKind.Quarter, WindowKind.Half, WindowKind.Year];

    /// <summary>The window of a kind that contains a day. A <see cref="WindowKind.Deal"/> window is the day
    /// itself.</summary>
    public static Window Of(WindowKind kind, int yearStarts, DateOnly day)
    {
        if (kind == WindowKind.Deal)
        {
            return new Window(kind, day, day);
        }

        var months = MonthsIn(kind);
        var intoWindow = MonthOfFiscalYear(day, yearStarts) % months;
        var first = (day.Year * 12) + day.Month - 1 - intoWindow;
        return new Window(kind, FirstDayOf(first), LastDayOf(first + months - 1));
    }

    /// <summary>The statement period that contains a day.</summary>
    public static Window PeriodOf(PayFrequency pays, int yearStarts, DateOnly day) =>
        Of(KindOf(pays), yearStarts, day);

    /// <summary>The window kind as long as a statement period.</summary>
    public static WindowKind KindOf(PayFrequency pays) => pays switch
    {
        PayFrequency.Monthly => WindowKind.Month,
        PayFrequency.Quarterly => WindowKind.Quarter,
        PayFrequency.Yearly => WindowKind.Year,
        _ => throw new ArgumentOutOfRangeException(nameof(pays), pays, "Unknown pay frequency."),
    };

    /// <summary>How many windows of a kind a fiscal year has: 12, 4, 2 or 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="kind"/> is a deal.</exception>
    public static int PerYear(WindowKind kind) => 12 / MonthsIn(kind);

    /// <summary>Which of its fiscal year's windows it is, from 0.</summary>
    public static int IndexInYear(Window window, int yearStarts) =>
        MonthOfFiscalYear(window.Start, yearStarts) / MonthsIn(window.Kind);

    /// <summary>The name of a window, as <see cref="Window.Name"/> says.</summary>
    public static string NameOf(Window window, int yearStarts)
    {
        if (window.Kind == WindowKind.Deal)
        {
            return window.Start.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        }

        var year = FiscalYearOf(window.Start, yearStarts);
        var number = IndexInYear(window, yearStarts) + 1;
        return window.Kind switch
        {
            WindowKind.Month => window.Start.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            WindowKind.Quarter => string.Create(CultureInfo.InvariantCulture, $"{year:0000}-Q{number}"),
            WindowKind.Half => string.Create(CultureInfo.InvariantCulture, $"{year:0000}-H{number}"),
            _ => year.ToString("0000", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>Reads a name back: <c>2026</c>, <c>2026-H1</c>, <c>2026-Q1</c>, <c>2026-01</c>, or a day for a deal
    /// window.
    /// </summary>
    /// <returns>False where it is none of these; <paramref name="window"/> is then meaningless.</returns>
    public static bool TryParse(string name, int yearStarts, out Window window)
    {
        window = default;
        if (DateOnly.TryParseExact(name, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            window = Of(WindowKind.Deal, yearStarts, day);
            return true;
        }

        if (name.Length < 4 || !TryYear(name.AsSpan(0, 4), out var year) || (name.Length > 4 && name[4] != '-'))
        {
            return false;
        }

        return TryPart(name.Length > 4 ? name[5..] : null, year, yearStarts, out window);
    }

    private static bool TryPart(string? part, int year, int yearStarts, out Window window)
    {
        window = default;
        var (kind, number) = part switch
        {
            null => (WindowKind.Year, 1),
            ['H', >= '1' and <= '2'] => (WindowKind.Half, part[1] - '0'),
            ['Q', >= '1' and <= '4'] => (WindowKind.Quarter, part[1] - '0'),
            [>= '0' and <= '1', >= '0' and <= '9'] => (WindowKind.Month, ((part[0] - '0') * 10) + part[1] - '0'),
            _ => (WindowKind.Deal, 0),
        };
        if (kind == WindowKind.Deal || number is < 1 or > 12)
        {
            return false;
        }

        var firstMonth = kind == WindowKind.Month
            ? (year * 12) + number - 1
            : FirstMonthOfFiscalYear(year, yearStarts) + ((number - 1) * MonthsIn(kind));
        window = Of(kind, yearStarts, FirstDayOf(firstMonth));
        return true;
    }

    private static bool TryYear(ReadOnlySpan<char> text, out int year) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out year) && year is >= 2 and <= 9998;

    private static int MonthsIn(WindowKind kind) => kind switch
    {
        WindowKind.Month => 1,
        WindowKind.Quarter => 3,
        WindowKind.Half => 6,
        WindowKind.Year => 12,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A deal window is not a span of months."),
    };

    private static int MonthOfFiscalYear(DateOnly day, int yearStarts) => (day.Month - yearStarts + 12) % 12;

    /// <summary>The calendar year in which the day's fiscal year ends.</summary>
    private static int FiscalYearOf(DateOnly day, int yearStarts) =>
        yearStarts > 1 && day.Month >= yearStarts ? day.Year + 1 : day.Year;

    private static int FirstMonthOfFiscalYear(int year, int yearStarts) =>
        ((yearStarts > 1 ? year - 1 : year) * 12) + yearStarts - 1;

    // The calendar's own ends cut windows short.
    private static DateOnly FirstDayOf(int month) =>
        month < 12 ? DateOnly.MinValue : new DateOnly(month / 12, (month % 12) + 1, 1);

    private static DateOnly LastDayOf(int month) =>
        month >= 10_000 * 12
            ? DateOnly.MaxValue
            : new DateOnly(month / 12, (month % 12) + 1, DateTime.DaysInMonth(month / 12, (month % 12) + 1));
}
