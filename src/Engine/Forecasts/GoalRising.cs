namespace Commission.Engine;

/// <summary>Whether more of anything never earns less: then the best that a set can still become is known without
/// trying. Plans whose tiers fall are not, nor are those that only might be.</summary>
internal static class GoalRising
{
    /// <summary>Whether a term never falls when tallies rise.</summary>
    public static bool Is(GoalTerm term)
    {
        var definition = term.Component.Definition;
        return term.Sign > 0 && (term.Component.HasDealWindows ||
            (IsPay(term.Component) && definition.Multipliers.All(IsFactor)));
    }

    private static bool IsPay(ComponentRules component) => component.Definition.Pay switch
    {
        null => true,
        Pay.Flat flat => flat.Rate >= 0m,
        Pay.PerUnit each => each.Money >= 0m,
        Pay.Tiered { Whole: false } tiered => tiered.Tiers.All(tier => tier.Value >= 0m),
        Pay.Tiered tiered =>
            tiered.Tiers.Select(tier => tier.Kind == TierKind.Amount).Distinct().Count() == 1 &&
            Rises(tiered.Tiers.Select(tier => tier.Value)),
        Pay.Curve curve => IsTarget(curve.Target, component) && Rises(curve.Points.Select(point => point.Value)),
        Pay.Matrix matrix => IsTarget(matrix.Target, component) && matrix.Cells.All(row => Rises(row)) &&
            Enumerable.Range(0, matrix.Columns.From.Length)
                .All(column => Rises(matrix.Cells.Select(row => row[column]))),
        _ => false,
    };

    private static bool IsTarget(Target target, ComponentRules component) =>
        (target.Fixed ?? component.RepTarget ?? 0m) >= 0m;

    private static bool IsFactor(Multiplier multiplier) => multiplier switch
    {
        Multiplier.Gate => true,
        Multiplier.Curved curved => Rises(curved.Points.Select(point => point.Value)),
        Multiplier.Tiered tiered => Rises(tiered.Tiers.Select(tier => tier.Value)),
        _ => false,
    };

    private static bool Rises(IEnumerable<decimal> values)
    {
        var last = 0m;
        foreach (var value in values)
        {
            if (value < last)
            {
                return false;
            }

            last = value;
        }

        return true;
    }
}
