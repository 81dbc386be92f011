using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Explains every figure that books show: its lines add up to it exactly.</summary>
public static class ExplainBooks
{
    /// <summary>What a component earned in a window: credited, attainment, tiers, modifiers, rounding. In the latest
    /// assignment that has such a component and overlaps the window; null where there is none, and for components with
    /// deal windows.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="component">Its id.</param>
    /// <param name="window">The window's name.</param>
    /// <param name="options">Which deals to list; null: none.</param>
    public static Explanation? ExplainWindow(
        this RepBooks books, string component, string window, ExplainOptions? options = null)
    {
        foreach (var account in books.Accounts.Reverse())
        {
            if (Explanations.Find(account, component, window) is { } found)
            {
                return OfWindow(books, account, found.Slot, found.Window, options);
            }
        }

        return null;
    }

    /// <summary>The same for the window that contains a day, under the version in force that day.</summary>
    public static Explanation? ExplainWindow(
        this RepBooks books, string component, DateOnly on, ExplainOptions? options = null) =>
        books.Find(on, out var version) is { } account && version!.Find(component) is { HasDealWindows: false } rules
            ? OfWindow(books, account, rules.Slot, version.WindowOf(rules, on), options)
            : null;

    /// <summary>What the statement of the period that contains a day pays, as <see cref="RepBooks.Estimate"/> says it:
    /// earned by each component, then the draw. Null where no plan is in force that day.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="on">A day of the period.</param>
    /// <param name="options">Which deals to list; null: none.</param>
    public static Explanation? ExplainStatement(this RepBooks books, DateOnly on, ExplainOptions? options = null)
    {
        if (books.Find(on, out _) is not { } account)
        {
            return null;
        }

        var (period, version, owed) = account.PeriodOf(on);
        return new ExplainPeriod(books, account, options).Statement(period, version, owed);
    }

    /// <summary>The same as the last of <see cref="RepBooks.Statements"/>: as if nothing had been owed
    /// before the period of a first day.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="from">A day of the first period.</param>
    /// <param name="on">A day of the period explained.</param>
    /// <param name="options">Which deals to list; null: none.</param>
    public static Explanation? ExplainStatement(
        this RepBooks books, DateOnly from, DateOnly on, ExplainOptions? options = null)
    {
        return books.Find(on, out _) is { } account && account.Periods(from, on).ToList() is [.., var last]
            ? new ExplainPeriod(books, account, options).Statement(last.Period, last.Version, last.Owed)
            : null;
    }

    /// <summary>What a span of days earned, both inclusive, by every assignment that it touches: the sums of
    /// <see cref="RepBooks.EarnedBetween"/>, in the same order.</summary>
    public static ImmutableArray<Explanation> ExplainEarnedBetween(
        this RepBooks books, DateOnly from, DateOnly to, ExplainOptions? options = null) =>
        [.. books.Touched(from, to).Select(account => new ExplainPeriod(books, account, options).Earned(from, to))];

    /// <summary>What a credited deal earns, component by component: what it adds to each tier, what it moves, and F
    /// before and after it. Null where no won deal of that id is credited; without lines where it is
    /// unassigned.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="deal">Its id.</param>
    /// <param name="options">The deal's credit, to say why it counts as it does; null: only what it counts.</param>
    public static Explanation? ExplainEarnedBy(this RepBooks books, string deal, ExplainOptions? options = null) =>
        books.EarnedBy(deal) is { } earning
            ? ExplainDeal.Of(books, earning, books.ExplainDeal(deal), options ?? ExplainOptions.Sums)
            : null;

    /// <summary>What a previewed deal would earn, in the same words.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="credit">As previewed.</param>
    /// <param name="preview">What <see cref="RepBooks.Preview"/> said.</param>
    public static Explanation ExplainPreview(this RepBooks books, DealCredit credit, Preview preview) =>
        ExplainDeal.OfPreview(books, credit, preview);

    private static Explanation? OfWindow(
        RepBooks books, Account account, int slot, Window window, ExplainOptions? options)
    {
        if (Explanations.Of(account, slot, window) is not { } trace)
        {
            return null;
        }

        var version = Explanations.LastOf(account.Rules, slot, window)!;
        var component = version.InSlot(slot)!;
        var last = Earnings.Earlier(version.End, window.End);
        var credits = new ExplainCredits(books, account, options ?? ExplainOptions.Sums);
        var money = FigureUnit.Of(component.Plan.Currency);
        var title = $"{component.Definition.Title}, {trace.Window} ({Wording.Days(window.Start, window.End)}), " +
            $"on plan {component.Plan.Id}: earned {money.Say(trace.Earned)}";
        return credits.Detailed(trace, component, window, window.Start, last).ToExplanation(title);
    }
}
