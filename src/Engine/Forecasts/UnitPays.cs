namespace Commission.Engine;

/// <summary>What the next unit pays.</summary>
internal static class UnitPays
{
    public static NextUnits Of(Account account, VersionRules version, DateOnly on)
    {
        var units = version.Components
            .Select(component => OfComponent(version, component, Standing.Of(account, version, component, on)))
            .ToArray();
        return new NextUnits(
            version.Plan.Id, version.Plan.Currency, [.. units], units.Sum(unit => unit.OfMoney));
    }

    private static NextUnit OfComponent(VersionRules version, ComponentRules component, Standing stand)
    {
        var function = new PayFunction(component, stand.Window, stand.Tallies);
        var from = function.Credited;
        var to = from + Exact.One;
        var stretch = FirstStretch(function, from, to);
        var rate = (function.Before(stretch) - function.After(from)) / (stretch - from);
        var others = version.Components.Where(other => other != component).ToArray();
        return new NextUnit(
            component.Definition.Id,
            from.ToDecimal(),
            (function.At(to) - function.At(from)).ToDecimal(),
            rate.ToDecimal(),
            Jumps(function, from, to).ToDecimal(),
            Change(others, stand, other => other == component).ToDecimal(),
            Change([component], stand, other => other.Definition.Measure.Kind == MeasureKind.Amount).ToDecimal());

        // Adds a unit to some of the components that share the window.
        Exact Change(ComponentRules[] of, Standing stand, Func<ComponentRules, bool> isCredited)
        {
            var tallies = (Tally[])stand.Tallies.Clone();
            foreach (var credited in version.Components.Where(isCredited))
            {
                tallies[credited.Slot] += new Tally(Exact.One, 1, 0);
            }

            return of.Where(other => other.Definition.Window == stand.Window.Kind)
                .Aggregate(Exact.Zero, (sum, other) => sum + Pays.Unrounded(other, stand.Window, tallies) -
                    Pays.Unrounded(other, stand.Window, stand.Tallies));
        }
    }

    private static Exact FirstStretch(PayFunction function, Exact from, Exact to)
    {
        var end = function.Bounds.Where(bound => bound > from).Append(to).Min();
        end = Exact.Min(end, to);
        return function.Crossings(from, end).Append(end).Min();
    }

    private static Exact Jumps(PayFunction function, Exact from, Exact to) => function.Bounds
        .Where(bound => bound > from && bound < to)
        .Aggregate(
            function.After(from) - function.At(from) + function.At(to) - function.Before(to),
            (sum, bound) => sum + function.After(bound) - function.Before(bound));
}
