namespace Commission.Engine;

/// <summary>F of a component at a place in the order, or the money of its deal windows: a part of what is earned.
/// </summary>
/// <param name="Component">Which.</param>
/// <param name="Window">Of kind <see cref="WindowKind.Deal"/>: a span of days of deals.</param>
/// <param name="End">What is credited in the window before it belongs to the term.</param>
/// <param name="Sign">1 or −1.</param>
/// <param name="Tallies">By slot: what belongs to it as things stand.</param>
internal sealed record GoalTerm(ComponentRules Component, Window Window, Place End, int Sign, Tally[] Tallies)
{
    /// <summary>Whether a credit of a day belongs to it.</summary>
    public bool Holds(DateOnly day) => day >= Window.Start && day.DayNumber < End.Day;

    /// <summary>What it earns with other tallies.</summary>
    public decimal Value(ReadOnlySpan<Tally> tallies) => Sign * (Component.HasDealWindows
        ? tallies[Component.EarnedSlot].Sum.ToDecimal()
        : Pays.Of(Component, Window, tallies).Earned);

    /// <summary>Whether the tally of a slot has any part in it.</summary>
    public bool Reads(int slot) =>
        Component.Slot == slot || Component.EarnedSlot == slot ||
        Component.RowsBy?.Slot == slot || Component.ColumnsBy?.Slot == slot ||
        Array.Exists(Component.MultipliersBy, by => by?.Slot == slot);
}

/// <summary>The terms whose sum is to reach a goal.</summary>
internal static class GoalTerms
{
    /// <summary>The terms of a scope on a day of a version.</summary>
    public static List<GoalTerm> Of(Account account, VersionRules version, DateOnly on, GoalScope scope)
    {
        var period = account.PeriodOf(on).Period;
        if (scope == GoalScope.Period)
        {
            return [.. OfSpan(account, period.Start, period.End)];
        }

        var terms = new List<GoalTerm>();
        foreach (var component in version.Components)
        {
            terms.AddRange(component.HasDealWindows
                ? OfSpan(account, period.Start, period.End).Where(term => term.Component.Slot == component.Slot)
                : OfWindow(account, component.Slot, version.WindowOf(component, on)));
        }

        return terms;
    }

    private static IEnumerable<GoalTerm> OfWindow(Account account, int slot, Window window)
    {
        foreach (var version in account.Rules.Versions)
        {
            if (Earnings.Shares(version, slot, window) is { } component)
            {
                var start = Earnings.Later(window.Start, version.Start);
                var end = Earnings.Earlier(window.End, version.End);
                foreach (var term in Between(account, component, window, start, end))
                {
                    yield return term;
                }
            }
        }
    }

    private static IEnumerable<GoalTerm> OfSpan(Account account, DateOnly from, DateOnly to)
    {
        foreach (var version in account.Rules.Versions)
        {
            var start = Earnings.Later(from, version.Start);
            var end = Earnings.Earlier(to, version.End);
            if (start > end)
            {
                continue;
            }

            foreach (var component in version.Components.Where(component => component.HasDealWindows))
            {
                yield return Term(
                    account, component, new Window(WindowKind.Deal, start, end), Place.EndOf(end), 1);
            }

            foreach (var term in Windows.Spans.SelectMany(kind => OfKind(account, version, kind, start, end)))
            {
                yield return term;
            }
        }
    }

    private static IEnumerable<GoalTerm> OfKind(
        Account account, VersionRules version, WindowKind kind, DateOnly start, DateOnly end)
    {
        while (version.Has(kind))
        {
            var window = Windows.Of(kind, version.Plan.YearStarts, start);
            var last = Earnings.Earlier(end, window.End);
            foreach (var component in version.Components.Where(one => one.Definition.Window == kind))
            {
                foreach (var term in Between(account, component, window, start, last))
                {
                    yield return term;
                }
            }

            if (window.End >= end)
            {
                yield break;
            }

            start = window.End.AddDays(1);
        }
    }

    // F at the end of the last day, less F at the beginning of the first.
    private static IEnumerable<GoalTerm> Between(
        Account account, ComponentRules component, Window window, DateOnly start, DateOnly end)
    {
        yield return Term(account, component, window, Place.EndOf(end), 1);
        if (start > window.Start)
        {
            yield return Term(account, component, window, Place.StartOf(start), -1);
        }
    }

    private static GoalTerm Term(Account account, ComponentRules component, Window window, Place end, int sign)
    {
        var tallies = new Tally[account.Rules.Slots];
        account.View.Between(Place.StartOf(window.Start), end, tallies);
        return new GoalTerm(component, window, end, sign, tallies);
    }
}
