using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What one deal earns in its place.</summary>
internal static class DealEarnings
{
    /// <summary>F after − F before, for every component of the version that governs the deal's day.</summary>
    /// <param name="view">The credits; whether or not the deal's own is among them does not matter.</param>
    /// <param name="rules">Of the assignment.</param>
    /// <param name="version">That governs the deal's day.</param>
    /// <param name="place">The deal's.</param>
    /// <param name="own">What is counted of it.</param>
    /// <param name="traces">Takes how each figure comes about, where given.</param>
    public static DealEarning Of(CreditView view, AssignmentRules rules, VersionRules version, Place place,
        Tally[] own, ImmutableArray<TraceChange>.Builder? traces = null)
    {
        var day = DateOnly.FromDayNumber(place.Day);
        var parts = new ComponentEarning[version.Components.Length];
        using var before = new Scratch(rules.Slots);
        using var after = new Scratch(rules.Slots);
        for (var i = 0; i < parts.Length; i++)
        {
            var component = version.Components[i];
            if (!IsFirstOfKind(version, i))
            {
                continue;
            }

            // Components with the same window share its tallies.
            var window = version.WindowOf(component, day);
            ToPlace(view, window, place, before.Tallies);
            before.Tallies.CopyTo(after.Tallies);
            Tally.Add(after.Tallies, own);
            for (var j = i; j < parts.Length; j++)
            {
                if (version.Components[j].Definition.Window == window.Kind)
                {
                    parts[j] = Part(version.Components[j], window, before.Tallies, after.Tallies, own);
                }
            }
        }

        if (traces is not null)
        {
            Trace(view, rules, version, place, own, traces);
        }

        return new DealEarning(
            place.Deal!, day, version.Plan.Id, version.Plan.Currency, ImmutableArray.Create(parts));
    }

    private static bool IsFirstOfKind(VersionRules version, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (version.Components[i].Definition.Window == version.Components[index].Definition.Window)
            {
                return false;
            }
        }

        return true;
    }

    // A deal window begins with the deal itself.
    private static void ToPlace(CreditView view, Window window, Place place, Span<Tally> into)
    {
        if (window.Kind == WindowKind.Deal)
        {
            into.Clear();
        }
        else
        {
            view.Between(Place.StartOf(window.Start), place, into);
        }
    }

    internal static ComponentEarning Part(ComponentRules component, Window window, ReadOnlySpan<Tally> before,
        ReadOnlySpan<Tally> after, Tally[] own)
    {
        var reached = Pays.Of(component, window, after);
        var earned = reached.Earned - Pays.Of(component, window, before).Earned;
        var tally = own[component.Slot];
        var notices = tally.NoRate > 0 ? reached.Notices : reached.Notices & ~Notices.NoRate;
        return new ComponentEarning(component.Definition.Id, tally.Sum.ToDecimal(), earned, notices);
    }

    private static void Trace(CreditView view, AssignmentRules rules, VersionRules version, Place place, Tally[] own,
        ImmutableArray<TraceChange>.Builder traces)
    {
        using var tallies = new Scratch(rules.Slots);
        foreach (var component in version.Components)
        {
            var window = version.WindowOf(component, DateOnly.FromDayNumber(place.Day));
            ToPlace(view, window, place, tallies.Tallies);
            var before = Traced(component, window, tallies.Tallies);
            Tally.Add(tallies.Tallies, own);
            traces.Add(new TraceChange(
                component.Definition.Id, before, Traced(component, window, tallies.Tallies)));
        }
    }

    private static Trace Traced(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies)
    {
        var builder = new TraceBuilder(component, window);
        var figure = Pays.Of(component, window, tallies, builder);
        return builder.Build(component.Definition.Id, window.Name(component.Plan.YearStarts), figure.Earned);
    }
}
