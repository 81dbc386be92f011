using System.Globalization;

namespace Commission.Engine.Tests.Oracle;

/// <summary>A span of whole days, both ends inclusive, or one deal.</summary>
/// <param name="Kind">deal, month, quarter, half or year.</param>
/// <param name="Name">As documents write it; a deal's window has the deal's id.</param>
/// <param name="First">Its first day.</param>
/// <param name="Last">Its last day.</param>
/// <param name="Number">Its place in the fiscal year, from 0.</param>
internal sealed record OracleWindow(string Kind, string Name, DateOnly First, DateOnly Last, int Number)
{
    public bool Contains(OracleDeal deal) => Kind == "deal"
        ? deal.Id == Name
        : deal.Credited >= First && deal.Credited <= Last;

    public int Days => Last.DayNumber - First.DayNumber + 1;

    public static OracleWindow Deal(string deal, DateOnly day) => new("deal", deal, day, day, 0);

    /// <summary>The window that a day lies in.</summary>
    /// <param name="kind">month, quarter, half or year.</param>
    /// <param name="yearStarts">The month in which the fiscal year starts.</param>
    /// <param name="day">The day.</param>
    public static OracleWindow Of(string kind, int yearStarts, DateOnly day)
    {
        var months = Months(kind);
        var sinceStart = (day.Month - yearStarts + 12) % 12;
        var number = sinceStart / months;
        var firstOfMonth = new DateOnly(day.Year, day.Month, 1);
        var first = firstOfMonth.AddMonths(-(sinceStart % months));
        var last = first.AddMonths(months - 1);
        last = new DateOnly(last.Year, last.Month, DateTime.DaysInMonth(last.Year, last.Month));
        var yearEnd = firstOfMonth.AddMonths(11 - sinceStart);
        FormattableString name = kind switch
        {
            "month" => $"{day.Year:0000}-{day.Month:00}",
            "quarter" => $"{yearEnd.Year:0000}-Q{number + 1}",
            "half" => $"{yearEnd.Year:0000}-H{number + 1}",
            _ => $"{yearEnd.Year:0000}",
        };
        return new OracleWindow(kind, name.ToString(CultureInfo.InvariantCulture), first, last, number);
    }

    /// <summary>How many windows of a kind a year has.</summary>
    public static int PerYear(string kind) => 12 / Months(kind);

    private static int Months(string kind) => kind switch
    {
        "month" => 1,
        "quarter" => 3,
        "half" => 6,
        "year" => 12,
        _ => throw new ArgumentException(kind, nameof(kind)),
    };
}
