namespace Commission.Engine;

/// <summary>What credits in a tree have earned: differences of F at places in the order.</summary>
internal static class Earnings
{
    /// <summary>F of a component's window, for the credits of the window before <paramref name="end"/>.</summary>
    public static Figure At(CreditView view, AssignmentRules rules, ComponentRules component, Window window, Place end,
        TraceBuilder? trace = null)
    {
        using var scratch = new Scratch(rules.Slots);
        view.Between(Place.StartOf(window.Start), end, scratch.Tallies);
        return Pays.Of(component, window, scratch.Tallies, trace);
    }

    /// <summary>What a version earned in one of its windows, over the days that both cover.</summary>
    public static decimal Under(
        CreditView view, AssignmentRules rules, VersionRules version, ComponentRules component, Window window)
    {
        var start = Later(window.Start, version.Start);
        var end = Earlier(window.End, version.End);
        if (start > end)
        {
            return 0m;
        }

        var before = start > window.Start
            ? At(view, rules, component, window, Place.StartOf(start)).Earned
            : 0m;
        return At(view, rules, component, window, Place.EndOf(end)).Earned - before;
    }

    /// <summary>What a component earned in a window, under every version for which it is a window of that
    /// component.</summary>
    public static decimal InWindow(CreditView view, AssignmentRules rules, int slot, Window window)
    {
        var earned = 0m;
        foreach (var version in rules.Versions)
        {
            if (Shares(version, slot, window) is { } component)
            {
                earned += Under(view, rules, version, component, window);
            }
        }

        return earned;
    }

    /// <summary>The component, if the window is one of its windows under this version.</summary>
    public static ComponentRules? Shares(VersionRules version, int slot, Window window)
    {
        var day = Later(version.Start, window.Start);
        return day <= Earlier(version.End, window.End) && version.InSlot(slot) is { } component &&
            version.WindowOf(component, day) == window
                ? component
                : null;
    }

    /// <summary>The last day on which a credit counts in a component's window.</summary>
    public static DateOnly LastDay(AssignmentRules rules, int slot, Window window)
    {
        var last = window.Start;
        foreach (var version in rules.Versions)
        {
            if (Shares(version, slot, window) is not null)
            {
                last = Earlier(version.End, window.End);
            }
        }

        return last;
    }

    /// <summary>Adds what each component, by slot, earned from one day to another, both inclusive.</summary>
    public static void Between(
        CreditView view, AssignmentRules rules, DateOnly from, DateOnly to, Span<decimal> earned)
    {
        if (view.Span is not { } span)
        {
            return;
        }

        foreach (var version in rules.Versions)
        {
            var start = Later(Later(from, version.Start), span.First);
            var end = Earlier(Earlier(to, version.End), span.Last);
            if (start <= end)
            {
                ByDeal(view, rules, version, start, end, earned);
                foreach (var kind in Windows.Spans)
                {
                    ByWindow(view, rules, version, kind, start, end, earned);
                }
            }
        }
    }

    /// <summary>The sum of
    /// <see cref="Between(CreditView, AssignmentRules, DateOnly, DateOnly, Span{decimal})"/>.</summary>
    public static decimal Total(CreditView view, AssignmentRules rules, DateOnly from, DateOnly to)
    {
        var slots = rules.Ids.Length;
        Span<decimal> earned = slots <= 32 ? stackalloc decimal[slots] : new decimal[slots];
        earned.Clear();
        Between(view, rules, from, to, earned);
        return Sum(earned);
    }

    /// <summary>Adds, <paramref name="sign"/> times, what the components of a version whose windows are of its kind
    /// earned in a window, by slot, over the days that both cover.</summary>
    public static void AddUnder(CreditView view, AssignmentRules rules, VersionRules version, Window window,
        decimal sign, Span<decimal> earned)
    {
        var start = Later(window.Start, version.Start);
        var end = Earlier(window.End, version.End);
        if (start <= end)
        {
            AddDays(view, rules, version, window, (start, end), sign, earned);
        }
    }

    /// <summary>The sum of what each component earned.</summary>
    public static decimal Sum(ReadOnlySpan<decimal> earned)
    {
        var total = 0m;
        foreach (var part in earned)
        {
            total += part;
        }

        return total;
    }

    public static DateOnly Later(DateOnly left, DateOnly right) => left > right ? left : right;

    public static DateOnly Earlier(DateOnly left, DateOnly right) => left < right ? left : right;

    private static void ByDeal(CreditView view, AssignmentRules rules, VersionRules version, DateOnly start,
        DateOnly end, Span<decimal> earned)
    {
        if (!version.Has(WindowKind.Deal))
        {
            return;
        }

        using var scratch = new Scratch(rules.Slots);
        view.Between(Place.StartOf(start), Place.EndOf(end), scratch.Tallies);
        foreach (var component in version.Components)
        {
            if (component.HasDealWindows)
            {
                earned[component.Slot] += scratch.Tallies[component.EarnedSlot].Sum.ToDecimal();
            }
        }
    }

    private static void ByWindow(CreditView view, AssignmentRules rules, VersionRules version, WindowKind kind,
        DateOnly start, DateOnly end, Span<decimal> earned)
    {
        if (!version.Has(kind))
        {
            return;
        }

        var window = Windows.Of(kind, version.Plan.YearStarts, start);
        while (true)
        {
            AddDays(view, rules, version, window, (start, Earlier(end, window.End)), 1m, earned);
            if (window.End >= end)
            {
                return;
            }

            start = window.End.AddDays(1);
            window = Windows.Of(kind, version.Plan.YearStarts, start);
        }
    }

    // Days of the window, the last not before the first.
    private static void AddDays(CreditView view, AssignmentRules rules, VersionRules version, Window window,
        (DateOnly First, DateOnly Last) days, decimal sign, Span<decimal> earned)
    {
        AddFigures(view, rules, version, window, Place.EndOf(days.Last), sign, earned);
        if (days.First > window.Start)
        {
            AddFigures(view, rules, version, window, Place.StartOf(days.First), -sign, earned);
        }
    }

    private static void AddFigures(CreditView view, AssignmentRules rules, VersionRules version, Window window,
        Place end, decimal sign, Span<decimal> earned)
    {
        using var scratch = new Scratch(rules.Slots);
        view.Between(Place.StartOf(window.Start), end, scratch.Tallies);
        foreach (var component in version.Components)
        {
            if (component.Definition.Window == window.Kind)
            {
                earned[component.Slot] += sign * Pays.Of(component, window, scratch.Tallies).Earned;
            }
        }
    }
}
