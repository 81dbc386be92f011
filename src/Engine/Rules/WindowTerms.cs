namespace Commission.Engine;

/// <summary>A payee's quota for a component, and how much of a window counts, window by window. Safe for concurrent
/// use.</summary>
internal sealed class WindowTerms
{
    private readonly Assignment _assignment;
    private readonly int _yearStarts;
    private readonly Quota? _quota;
    private readonly Dictionary<DateOnly, decimal>? _named;
    private LastQuota? _last;

    public WindowTerms(Plan plan, Component component, Assignment assignment)
    {
        _assignment = assignment;
        _yearStarts = plan.YearStarts;
        var quota = component.Quota is { } name ? assignment.Quotas.GetValueOrDefault(name) : null;
        _quota = quota?.Window == component.Window ? quota : null;
        _named = _quota is Quota.Named named ? ByStart(named, plan.YearStarts) : null;
    }

    /// <summary>What the payee was given; null where there is none for the component's window.</summary>
    public Quota? Quota => _quota;

    public int YearStarts => _yearStarts;

    /// <summary>The part of a window that is inside the assignment, where the assignment prorates; 1
    /// otherwise.</summary>
    public Ratio Part(Window window)
    {
        if (_assignment.Prorate == Proration.None || window.Kind == WindowKind.Deal)
        {
            return Ratio.Of(Exact.One);
        }

        var inside = DaysInside(window);
        return inside == window.Days ? Ratio.Of(Exact.One) : new Ratio(inside, window.Days);
    }

    /// <summary>How many days of a window are inside the assignment.</summary>
    public int DaysInside(Window window)
    {
        var (first, last) = Inside(window);
        return Math.Max(0, last.DayNumber - first.DayNumber + 1);
    }

    /// <summary>The days of a window that are inside the assignment; the last is before the first where none
    /// are.</summary>
    public (DateOnly First, DateOnly Last) Inside(Window window) => (
        _assignment.From is { } from && from > window.Start ? from : window.Start,
        _assignment.To is { } to && to < window.End ? to : window.End);

    /// <summary>The quota of a window, exactly; null where there is none above 0. That of the last window asked for is
    /// kept: a figure needs it several times, and the next figure is mostly of the same window.</summary>
    public Ratio? QuotaOf(Window window)
    {
        if (_last is not { } last || last.Window != window)
        {
            _last = last = new LastQuota(window, Compute(window));
        }

        return last.Quota;
    }

    private Ratio? Compute(Window window)
    {
        var whole = _quota switch
        {
            null => Ratio.Zero,
            Quota.Same same => Ratio.Of(same.Amount),
            Quota.Named => Ratio.Of(_named!.GetValueOrDefault(window.Start)),
            Quota.Yearly yearly => Spread(yearly, window),
            _ => throw new InvalidOperationException($"Unknown quota: {_quota}."),
        };
        if (whole.Over.Sign <= 0)
        {
            return null;
        }

        var quota = whole * Part(window);
        return quota.Over.Sign > 0 ? quota : null;
    }

    private Ratio Spread(Quota.Yearly yearly, Window window)
    {
        if (window.Kind == WindowKind.Deal)
        {
            return Ratio.Zero;
        }

        if (yearly.Shares.IsDefaultOrEmpty)
        {
            return new Ratio(yearly.Amount, Windows.PerYear(window.Kind));
        }

        var index = Windows.IndexInYear(window, _yearStarts);
        return index < yearly.Shares.Length
            ? Ratio.Of(new Exact(yearly.Amount) * yearly.Shares[index])
            : Ratio.Zero;
    }

    private static Dictionary<DateOnly, decimal> ByStart(Quota.Named named, int yearStarts)
    {
        var amounts = new Dictionary<DateOnly, decimal>();
        foreach (var (name, amount) in named.Amounts)
        {
            if (Windows.TryParse(name, yearStarts, out var window) && window.Kind == named.Window)
            {
                amounts[window.Start] = amount;
            }
        }

        return amounts;
    }

    private sealed record LastQuota(Window Window, Ratio? Quota);
}
