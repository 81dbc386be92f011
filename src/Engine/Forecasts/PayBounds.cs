namespace Commission.Engine;

/// <summary>The bounds that a component's own credited total meets, in units of its measure.</summary>
internal static class PayBounds
{
    public static IEnumerable<Exact> Of(ComponentRules component, Window window)
    {
        var quota = component.Terms.QuotaOf(window)?.ToExact();
        return OfPay(component).Concat(OfMultipliers(component))
            .Where(bound => !bound.OfQuota || quota is not null)
            .Select(bound => bound.OfQuota ? quota!.Value * bound.Value : bound.Value);
    }

    private static IEnumerable<Bound> OfPay(ComponentRules component)
    {
        var bounds = component.Definition.Pay switch
        {
            Pay.Tiered tiered => tiered.Tiers.Select(tier => tier.From),
            Pay.Curve curve => curve.Points.Select(point => OfQuota(point.At)),
            Pay.Matrix matrix => On(matrix.Rows, component.RowsBy, component)
                .Concat(On(matrix.Columns, component.ColumnsBy, component)),
            _ => [],
        };
        return component.Definition.Threshold is { } threshold ? bounds.Append(threshold) : bounds;
    }

    private static IEnumerable<Bound> OfMultipliers(ComponentRules component) => component.Definition.Multipliers
        .Where((_, index) => component.MultipliersBy[index] == component)
        .SelectMany<Multiplier, decimal>(multiplier => multiplier switch
        {
            Multiplier.Tiered tiered => tiered.Tiers.Select(tier => tier.At),
            Multiplier.Curved curved => curved.Points.Select(point => point.At),
            Multiplier.Gate gate => [gate.From],
            _ => throw new InvalidOperationException($"Unknown multiplier: {multiplier}."),
        })
        .Select(OfQuota);

    private static IEnumerable<Bound> On(MatrixAxis axis, ComponentRules? by, ComponentRules component) =>
        by == component ? axis.From.Select(OfQuota) : [];

    private static Bound OfQuota(decimal value) => new(value, OfQuota: true);
}
