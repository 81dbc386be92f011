namespace Commission.Engine;

/// <summary>Windows of an assignment that have no quota, or bounds that its days do not scale.</summary>
internal static class PairWarnings
{
    public static IEnumerable<PairProblem> Run(IReadOnlyList<Plan> plans, Assignment assignment)
    {
        var latest = plans[^1];
        return latest.Components.SelectMany(component => Unscaled(latest, component, assignment))
            .Concat(assignment.Quotas.OrderBy(quota => quota.Key, StringComparer.Ordinal)
                .SelectMany(quota => Named(quota.Key, quota.Value, latest.YearStarts, assignment)));
    }

    private static IEnumerable<PairProblem> Unscaled(Plan plan, Component component, Assignment assignment)
    {
        var hasOwnBounds = component.Threshold is { OfQuota: false, Value: > 0 }
            || (component.Pay is Pay.Tiered tiered && tiered.Tiers[^1].From is { OfQuota: false, Value: > 0 });
        var isCut = Cuts(assignment.From, day => Windows.Of(component.Window, plan.YearStarts, day).Start)
            || Cuts(assignment.To, day => Windows.Of(component.Window, plan.YearStarts, day).End);
        if (assignment.Prorate == Proration.Days && hasOwnBounds && isCut)
        {
            yield return PairChecks.Warning(
                [RepShapes.Prorate.Name],
                $"the days scale quotas, but not the bounds of '{component.Id}', which are in units of the measure");
        }
    }

    private static bool Cuts(DateOnly? day, Func<DateOnly, DateOnly> edge) => day is { } known && edge(known) != known;

    private static IEnumerable<PairProblem> Named(string name, Quota quota, int yearStarts, Assignment assignment)
    {
        if (quota is not Quota.Named { Amounts.Count: > 0 } named)
        {
            yield break;
        }

        var windows = new List<Window>();
        foreach (var text in named.Amounts.Keys)
        {
            if (Windows.TryParse(text, yearStarts, out var window))
            {
                windows.Add(window);
            }
        }

        // Of years at the calendar's end, which can be written, no window is known.
        if (windows.Count == 0)
        {
            yield break;
        }

        windows.Sort((one, other) => one.Start.CompareTo(other.Start));
        foreach (var window in windows.Where(window => window.End < assignment.From || window.Start > assignment.To))
        {
            yield return PairChecks.Warning(
                ["quotas", name, RepShapes.Amounts.Name, window.Name(yearStarts)], "lies outside of the assignment");
        }

        if (FirstGap(windows, yearStarts, assignment) is { } gap)
        {
            yield return PairChecks.Warning(
                ["quotas", name, RepShapes.Amounts.Name],
                $"does not name {gap.Name(yearStarts)}, which has no quota", gap.Name(yearStarts));
        }
    }

    // Of an open end nothing is said: ramps end, and the next year's quotas come later.
    private static Window? FirstGap(List<Window> windows, int yearStarts, Assignment assignment)
    {
        var last = assignment.To ?? windows[^1].End;
        var at = Windows.Of(windows[0].Kind, yearStarts, assignment.From ?? windows[0].Start);
        var named = windows.ToHashSet();
        while (at.Start <= last && last < DateOnly.MaxValue)
        {
            if (!named.Contains(at))
            {
                return at;
            }

            at = Windows.Of(at.Kind, yearStarts, at.End.AddDays(1));
        }

        return null;
    }
}
