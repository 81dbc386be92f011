using Commission.Contracts.V1;
using Commission.Engine;
using FiscalWindows = Commission.Engine.Windows;
using Quota = Commission.Engine.Quota;

namespace Commission.Grains.Territories;

/// <summary>What a territory is expected to sell, and how much of that it has.</summary>
internal static class TerritoryQuotas
{
    private const int Places = 6;
    private const int CalendarYear = 1;
    private const decimal Most = 1_000_000_000m;

    /// <summary>Adds quota and attainment to a total, if the territory has a quota for its period.</summary>
    public static TerritoryTotal WithQuota(
        this TerritoryTotal total, (string Currency, Quota Quota)? expected, WindowKind kind, DateOnly on)
    {
        if (expected is { } one && Of(one.Quota, FiscalWindows.Of(kind, CalendarYear, on)) is > 0m and { } quota)
        {
            var credited = total.Credited.FirstOrDefault(money => money.Currency == one.Currency)?.ToDecimal() ?? 0m;
            total.Quota = Math.Round(quota, Places, MidpointRounding.AwayFromZero).ToText();
            total.Attainment = Attainment(credited, quota).ToText();
        }

        return total;
    }

    /// <summary>
    /// The quota of a window: that which is given for it, or the sum of those of the shorter ones that it consists of;
    /// null if one of them has none.
    /// </summary>
    public static decimal? Of(Quota quota, Window window)
    {
        if (quota is Quota.Yearly yearly && window.Kind == WindowKind.Year)
        {
            return yearly.Amount;
        }

        if (FiscalWindows.PerYear(window.Kind) > FiscalWindows.PerYear(quota.Window))
        {
            return null;
        }

        decimal? sum = 0m;
        for (var day = window.Start; day <= window.End;)
        {
            var part = FiscalWindows.Of(quota.Window, CalendarYear, day);
            sum += Single(quota, part);
            day = part.End.AddDays(1);
        }

        return sum;
    }

    private static decimal? Single(Quota quota, Window window) => quota switch
    {
        Quota.Same same => same.Amount,
        Quota.Named named => named.Amounts.TryGetValue(window.Name(CalendarYear), out var amount) ? amount : null,
        Quota.Yearly { Shares.Length: 0 } yearly => yearly.Amount / FiscalWindows.PerYear(window.Kind),
        Quota.Yearly yearly => yearly.Amount * yearly.Shares[FiscalWindows.IndexInYear(window, CalendarYear)],
        _ => throw new InvariantException($"unknown quota: {quota}"),
    };

    private static decimal Attainment(decimal credited, decimal quota) =>
        Math.Abs(credited) / Most >= quota
            ? Math.Sign(credited) * Most
            : Math.Round(credited / quota, Places, MidpointRounding.AwayFromZero);
}
