namespace Commission.Engine;

/// <summary>The bounds at which a component's pay changes its line or jumps.</summary>
internal static class PayBounds
{
    /// <summary>Those that the growth of one component's credited total meets, in units of its measure.</summary>
    /// <param name="component">That pays.</param>
    /// <param name="window">Its window.</param>
    /// <param name="slot">Of the component whose total grows: its own, or one that its multipliers or matrix read.
    /// </param>
    public static IEnumerable<Exact> Of(ComponentRules component, Window window, int slot) => All(component)
        .Where(read => read.By?.Slot == slot)
        .SelectMany(read => In(read.Bound, read.By!, window));

    /// <summary>Each bound, with the component whose credited total is held against it.</summary>
    private static IEnumerable<(Bound Bound, ComponentRules? By)> All(ComponentRules component)
    {
        var pay = component.Definition.Pay switch
        {
            Pay.Tiered tiered => tiered.Tiers.Select(tier => (tier.From, (ComponentRules?)component)),
            Pay.Curve curve => curve.Points.Select(point => (OfQuota(point.At), (ComponentRules?)component)),
            Pay.Matrix matrix => On(matrix.Rows, component.RowsBy).Concat(On(matrix.Columns, component.ColumnsBy)),
            _ => [],
        };
        var all = pay.Concat(component.Definition.Multipliers.SelectMany(
            (multiplier, index) => Of(multiplier).Select(at => (OfQuota(at), component.MultipliersBy[index]))));
        return component.Definition.Threshold is { } threshold ? all.Append((threshold, component)) : all;
    }

    private static IEnumerable<decimal> Of(Multiplier multiplier) => multiplier switch
    {
        Multiplier.Tiered tiered => tiered.Tiers.Select(tier => tier.At),
        Multiplier.Curved curved => curved.Points.Select(point => point.At),
        Multiplier.Gate gate => [gate.From],
        _ => throw new InvalidOperationException($"Unknown multiplier: {multiplier}."),
    };

    private static IEnumerable<(Bound Bound, ComponentRules? By)> On(MatrixAxis axis, ComponentRules? by) =>
        axis.From.Select(from => (OfQuota(from), by));

    private static IEnumerable<Exact> In(Bound bound, ComponentRules by, Window window)
    {
        if (!bound.OfQuota)
        {
            return [bound.Value];
        }

        return by.Terms.QuotaOf(window) is { } quota ? [(quota * bound.Value).ToExact()] : [];
    }

    private static Bound OfQuota(decimal value) => new(value, OfQuota: true);
}
