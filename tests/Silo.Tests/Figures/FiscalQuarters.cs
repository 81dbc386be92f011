using System.Globalization;

namespace Commission.Silo.Tests.Figures;

/// <summary>Quarters of a fiscal year that starts in July and has the name of the year in which it ends.</summary>
internal static class FiscalQuarters
{
    /// <summary>The last day of a quarter such as 2018-Q1, which is July to September 2017.</summary>
    public static string LastDay(string quarter)
    {
        var parts = quarter.Split("-Q");
        var year = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var number = int.Parse(parts[1], CultureInfo.InvariantCulture);
        return new DateOnly(year - 1, 7, 1).AddMonths(3 * number).AddDays(-1)
            .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }
}
