namespace Commission.Engine;

/// <summary>What a component has earned to date in a window, rounded to the minor unit.</summary>
internal readonly record struct Figure(decimal Earned, Notices Notices);

/// <summary>F of the plan format: the one place where credits become money.</summary>
internal static class Pays
{
    /// <summary>F of a component for what its window has counted.</summary>
    /// <param name="component">Which.</param>
    /// <param name="window">The window that the tallies are of.</param>
    /// <param name="tallies">By slot; those of components with other windows are not read.</param>
    /// <param name="trace">Is told each step, where given.</param>
    public static Figure Of(
        ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, TraceBuilder? trace = null)
    {
        var tally = tallies[component.Slot];
        var notices = tally.NoRate > 0 ? Notices.NoRate : Notices.None;
        trace?.Credited(tally);
        if (!HasQuotas(component, window))
        {
            trace?.NoQuota();
            return new Figure(0m, notices | Notices.NoQuota);
        }

        if (!TargetOf(component, window, out var target))
        {
            trace?.Nothing("no target: this pays a part of your target, and you have none for it: pays 0");
            return new Figure(0m, notices | Notices.NoTarget);
        }

        var pay = Ratio.Zero;
        if (tally.Sum.Sign > 0)
        {
            pay = Base(component, window, tallies, target, trace);
        }
        else
        {
            trace?.NothingCredited(tally.Sum);
        }

        pay = Modifiers.Apply(component, window, tallies, pay, trace);
        var earned = pay.Round(component.Plan.Currency.Digits, component.Plan.Rounding);
        trace?.Rounding(earned, component.Plan.Rounding);
        return new Figure(earned, notices);
    }

    /// <summary>F before cap, floor and rounding; null where a quota or target is missing, so that it pays
    /// 0.</summary>
    public static Ratio? Unbounded(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies)
    {
        if (!HasQuotas(component, window) || !TargetOf(component, window, out var target))
        {
            return null;
        }

        var pay = tallies[component.Slot].Sum.Sign > 0
            ? Base(component, window, tallies, target, trace: null)
            : Ratio.Zero;
        return Modifiers.Scaled(component, window, tallies, pay, trace: null);
    }

    /// <summary>F before rounding.</summary>
    public static Exact Unrounded(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies) =>
        Unbounded(component, window, tallies) is { } pay
            ? Modifiers.Bounded(component, window, tallies, pay, trace: null).ToExact()
            : Exact.Zero;

    /// <summary>The attainment of a component in a window; null where its window is another or it has no
    /// quota.</summary>
    public static Attainment? AttainmentOf(ComponentRules? component, Window window, ReadOnlySpan<Tally> tallies) =>
        component is not null && component.Definition.Window == window.Kind &&
        component.Terms.QuotaOf(window) is { } quota
            ? new Attainment(tallies[component.Slot].Sum, quota)
            : null;

    internal static bool HasQuotas(ComponentRules component, Window window)
    {
        if (component.NeedsQuota && !HasQuota(component, window))
        {
            return false;
        }

        foreach (var by in component.MultipliersBy)
        {
            if (!HasQuota(by, window))
            {
                return false;
            }
        }

        return component.Definition.Pay is not Pay.Matrix ||
            (HasQuota(component.RowsBy, window) && HasQuota(component.ColumnsBy, window));
    }

    /// <summary>Whether a component's attainment is defined in a window.</summary>
    public static bool HasQuota(ComponentRules? component, Window window) =>
        component is not null && component.Definition.Window == window.Kind &&
        component.Terms.QuotaOf(window) is not null;

    internal static bool TargetOf(ComponentRules component, Window window, out Ratio target)
    {
        var sum = component.Definition.Pay switch
        {
            Pay.Curve curve => curve.Target.Fixed ?? component.RepTarget,
            Pay.Matrix matrix => matrix.Target.Fixed ?? component.RepTarget,
            _ => 0m,
        };
        target = sum is { } known and not 0m ? component.Terms.Part(window) * known : Ratio.Zero;
        return sum is not null;
    }

    internal static Ratio Base(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies, Ratio target,
        TraceBuilder? trace)
    {
        var credited = tallies[component.Slot].Sum;
        switch (component.Definition.Pay)
        {
            case null:
                trace?.Nothing("it only measures, for other components: pays 0");
                return Ratio.Zero;
            case Pay.Flat flat:
                return Plain(credited, flat.Rate, isRate: true, trace);
            case Pay.PerUnit each:
                return Plain(credited, each.Money, isRate: false, trace);
            case Pay.Tiered { Whole: true } tiered:
                return TierPay.Whole(tiered, component, credited, component.Terms.QuotaOf(window), trace);
            case Pay.Tiered tiered:
                return TierPay.Marginal(tiered, component, credited, component.Terms.QuotaOf(window), trace);
            case Pay.Curve curve:
                return OnCurve(curve, AttainmentOf(component, window, tallies)!.Value, target, trace);
            case Pay.Matrix matrix:
                return InMatrix(matrix, component, window, tallies, target, trace);
            default:
                throw new InvalidOperationException($"Unknown pay: {component.Definition.Pay}.");
        }
    }

    private static Ratio Plain(Exact credited, decimal rate, bool isRate, TraceBuilder? trace)
    {
        var pay = Ratio.Of(credited * rate);
        trace?.Plain(credited, rate, isRate, pay);
        return pay;
    }

    private static Ratio OnCurve(Pay.Curve curve, Attainment attainment, Ratio target, TraceBuilder? trace)
    {
        var part = attainment.On(curve.Points, curve.Beyond, before: 0m);
        trace?.Curve(curve, attainment, target, part);
        return target * part;
    }

    private static Ratio InMatrix(Pay.Matrix matrix, ComponentRules component, Window window,
        ReadOnlySpan<Tally> tallies, Ratio target, TraceBuilder? trace)
    {
        var rule = component.Definition.AtBound;
        var rows = AttainmentOf(component.RowsBy, window, tallies)!.Value;
        var columns = AttainmentOf(component.ColumnsBy, window, tallies)!.Value;
        var (row, column) = (rows.LastReached(matrix.Rows.From, rule), columns.LastReached(matrix.Columns.From, rule));
        var part = row < 0 || column < 0 ? 0m : matrix.Cells[row][column];
        trace?.Matrix(matrix, (rows, row), (columns, column), target, part);
        return target * part;
    }
}
