using System.Globalization;

namespace Commission.Engine.Tests.Periods;

public sealed class WindowsTests
{
    [Theory]
    [InlineData("Month", 1, "2026-02-14", "2026-02", "2026-02-01", "2026-02-28")]
    [InlineData("Month", 4, "2026-02-14", "2026-02", "2026-02-01", "2026-02-28")]
    [InlineData("Quarter", 1, "2026-02-14", "2026-Q1", "2026-01-01", "2026-03-31")]
    [InlineData("Quarter", 4, "2026-02-14", "2026-Q4", "2026-01-01", "2026-03-31")]
    [InlineData("Quarter", 2, "2026-01-31", "2026-Q4", "2025-11-01", "2026-01-31")]
    [InlineData("Quarter", 2, "2026-02-01", "2027-Q1", "2026-02-01", "2026-04-30")]
    [InlineData("Half", 1, "2026-07-01", "2026-H2", "2026-07-01", "2026-12-31")]
    [InlineData("Half", 10, "2025-12-31", "2026-H1", "2025-10-01", "2026-03-31")]
    [InlineData("Year", 1, "2026-12-31", "2026", "2026-01-01", "2026-12-31")]
    [InlineData("Year", 7, "2026-06-30", "2026", "2025-07-01", "2026-06-30")]
    [InlineData("Year", 7, "2026-07-01", "2027", "2026-07-01", "2027-06-30")]
    [InlineData("Month", 1, "2028-02-29", "2028-02", "2028-02-01", "2028-02-29")]
    public void Of_Day_HasThisNameAndTheseEnds(
        string kind, int yearStarts, string day, string name, string start, string end)
    {
        var window = Windows.Of(Enum.Parse<WindowKind>(kind), yearStarts, Day(day));
        Assert.Equal(name, window.Name(yearStarts));
        Assert.Equal((Day(start), Day(end)), (window.Start, window.End));
        Assert.True(Windows.TryParse(name, yearStarts, out var parsed));
        Assert.Equal(window, parsed);
    }

    [Fact]
    public void Of_EveryDayOfThreeYears_NamesReadBackAndWindowsMeet()
    {
        foreach (var kind in new[] { WindowKind.Month, WindowKind.Quarter, WindowKind.Half, WindowKind.Year })
        {
            for (var yearStarts = 1; yearStarts <= 12; yearStarts++)
            {
                for (var day = new DateOnly(2025, 1, 1); day.Year < 2028; day = day.AddDays(1))
                {
                    var window = Windows.Of(kind, yearStarts, day);
                    Assert.True(window.Contains(day));
                    Assert.True(Windows.TryParse(window.Name(yearStarts), yearStarts, out var parsed));
                    Assert.Equal(window, parsed);
                    Assert.Equal(window.End.AddDays(1), Windows.Of(kind, yearStarts, window.End.AddDays(1)).Start);
                    Assert.Equal(
                        ((window.Start.Month - yearStarts + 12) % 12) * Windows.PerYear(kind) / 12,
                        Windows.IndexInYear(window, yearStarts));
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("26")]
    [InlineData("2026-")]
    [InlineData("2026-Q5")]
    [InlineData("2026-H0")]
    [InlineData("2026-13")]
    [InlineData("2026-00")]
    [InlineData("2026-1")]
    [InlineData("2026Q1")]
    [InlineData("0000")]
    [InlineData("2026-02-30")]
    public void TryParse_NoWindow_IsRefused(string name) => Assert.False(Windows.TryParse(name, 1, out _));

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
