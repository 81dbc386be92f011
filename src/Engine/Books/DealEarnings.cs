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
        var changes = traces is null ? null : new TraceChange[parts.Length];
        using var before = new Scratch(rules.Slots);
        using var after = new Scratch(rules.Slots);
        for (var i = 0; i < parts.Length; i++)
        {
            if (!IsFirstOfKind(version, i))
            {
                continue;
            }

            // Components with the same window share its tallies.
            var window = version.WindowOf(version.Components[i], day);
            ToPlace(view, window, place, before.Tallies);
            before.Tallies.CopyTo(after.Tallies);
            Tally.Add(after.Tallies, own);
            for (var j = i; j < parts.Length; j++)
            {
                if (version.Components[j].Definition.Window == window.Kind)
                {
                    parts[j] = changes is null
                        ? Part(version.Components[j], window, before.Tallies, after.Tallies, own)
                        : Traced(version.Components[j], window, before.Tallies, after.Tallies, own, out changes[j]);
                }
            }
        }

        traces?.AddRange(changes!);
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
        ReadOnlySpan<Tally> after, Tally[] own) =>
        Part(component, own, Pays.Of(component, window, before), Pays.Of(component, window, after));

    private static ComponentEarning Part(ComponentRules component, Tally[] own, Figure before, Figure reached)
    {
        var tally = own[component.Slot];
        var notices = tally.NoRate > 0 ? reached.Notices : reached.Notices & ~Notices.NoRate;
        return new ComponentEarning(
            component.Definition.Id, tally.Sum.ToDecimal(), reached.Earned - before.Earned, notices);
    }

    private static ComponentEarning Traced(ComponentRules component, Window window, ReadOnlySpan<Tally> before,
        ReadOnlySpan<Tally> after, Tally[] own, out TraceChange change)
    {
        var from = Traced(component, window, before, like: null, out var traceBefore);
        var to = Traced(component, window, after, traceBefore, out var traceAfter);
        change = new TraceChange(component.Definition.Id, traceBefore, traceAfter);
        return Part(component, own, from, to);
    }

    private static Figure Traced(
        ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, Trace? like, out Trace trace)
    {
        var builder = new TraceBuilder(component, window, like);
        var figure = Pays.Of(component, window, tallies, builder);
        trace = builder.Build(component.Definition.Id, window.Name(component.Plan.YearStarts), figure.Earned);
        return figure;
    }
}
