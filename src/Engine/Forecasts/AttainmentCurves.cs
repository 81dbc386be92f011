using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Draws what a component pays over its attainment.</summary>
internal static class AttainmentCurves
{
    public static ImmutableArray<AttainmentPoint> Of(
        Account account, VersionRules version, ComponentRules component, DateOnly on, CurveSpan span)
    {
        var stand = Standing.Of(account, version, component, on);
        if (component.Terms.QuotaOf(stand.Window) is not { } exactQuota)
        {
            return [];
        }

        var quota = exactQuota.ToExact();
        var function = new PayFunction(component, stand.Window, stand.Tallies);
        var carried = stand.CarriedOver(account, component);
        var places = Places(function, quota, span);
        var points = ImmutableArray.CreateBuilder<AttainmentPoint>();
        for (var i = 0; i < places.Count; i++)
        {
            foreach (var earned in Values(function, places[i], i == 0, i == places.Count - 1))
            {
                points.Add(new AttainmentPoint(
                    (places[i] / quota).ToDecimal(), places[i].ToDecimal(), (carried + earned).ToDecimal()));
            }
        }

        return points.ToImmutable();
    }

    private static List<Exact> Places(PayFunction function, Exact quota, CurveSpan span)
    {
        var (from, to) = (quota * span.From, quota * span.To);
        var places = new SortedSet<Exact>(function.Bounds.Where(bound => bound > from && bound < to));
        for (var i = 0; i <= span.Steps; i++)
        {
            places.Add(from + ((to - from) * i / span.Steps));
        }

        var all = places.ToList();
        for (var i = 1; i < all.Count; i++)
        {
            places.UnionWith(function.Crossings(all[i - 1], all[i]));
        }

        return [.. places];
    }

    // The limit from below, the value, and the limit from above, as far as they differ.
    private static List<Exact> Values(PayFunction function, Exact place, bool isFirst, bool isLast)
    {
        var values = new List<Exact>();
        if (!isFirst)
        {
            values.Add(function.Before(place));
        }

        Add(function.At(place));
        if (!isLast)
        {
            Add(function.After(place));
        }

        return values;

        void Add(Exact value)
        {
            if (values.Count == 0 || values[^1] != value)
            {
                values.Add(value);
            }
        }
    }
}

/// <summary>From where to where a curve is drawn, in how many steps.</summary>
internal readonly record struct CurveSpan(decimal From, decimal To, int Steps);
