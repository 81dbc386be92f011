using System.Collections.Immutable;
using System.Globalization;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <content>What a component pays before modifiers.</content>
internal sealed partial class TraceBuilder
{
    public void Plain(Exact credited, decimal rate, bool isRate, Ratio pay)
    {
        var factor = isRate ? Percent(rate) : Number(rate);
        var text = $"{Number(credited)} × {factor} = {Amount(pay.ToExact())}";
        Take(new TraceLine(TraceStep.Pay, text, null, null, credited, rate, pay.ToExact()) { RateText = factor });
    }

    /// <summary>The first tier that is not reached: told only where nothing else is.</summary>
    public void NotReached(int index, Ratio from)
    {
        if (index == 0)
        {
            Nothing($"tier 1 starts at {Number(from.ToExact())}, which is not reached: pays 0");
        }
    }

    /// <summary>A tier that pays; its bounds are multiplied by <paramref name="scale"/>.</summary>
    public void Tier(
        Pay.Tiered tiers, int index, (Exact From, Exact? To) bounds, Exact scale, Ratio quantity, Ratio pay)
    {
        var tier = tiers.Tiers[index];
        var (from, to) = (bounds.From / scale, bounds.To / scale);
        var (units, money) = (quantity.ToExact(), pay.ToExact());
        var step = tiers.Whole ? TraceStep.Pay : TraceStep.Tier;
        var known = Known(line => line.Step == step && line.From == from);
        if (known is not null && known.Quantity is { } before && before == units && known.Effect == money)
        {
            Take(known);
            return;
        }

        var name = known?.Name ?? TierName(tiers, index, from, to);
        var rate = known?.RateText ?? (tier.Kind == TierKind.Rate ? Percent(tier.Value) : Number(tier.Value));
        var reached = tiers.Whole ? $"{name} is reached and pays for everything" : name;
        var text = tier.Kind == TierKind.Amount
            ? $"{name} is reached: pays {Amount(tier.Value)}"
            : $"{reached}: {Number(units)} × {rate} = {Amount(money)}";
        Exact? counted = tier.Kind == TierKind.Amount ? null : units;
        Exact? factor = tier.Kind == TierKind.Amount ? null : tier.Value;
        Take(new TraceLine(step, text, from, to, counted, factor, money) { Name = name, RateText = rate });
    }

    public void Curve(Pay.Curve curve, Attainment attainment, Ratio target, Ratio part)
    {
        Target(curve.Target, target);
        var place = OnLines(curve.Points, curve.Beyond, attainment, value => $"pays {Percent(value)}");
        var at = Percent(attainment.Value.ToExact());
        OfTarget($"{at} is {place ?? $"below the first point, {Percent(curve.Points[0].At)}"}", target, part);
    }

    public void Matrix(Pay.Matrix matrix, (Attainment At, int Index) row, (Attainment At, int Index) column,
        Ratio target, decimal part)
    {
        Target(matrix.Target, target);
        var rows = Axis("row", _component.RowsBy!, row.At, row.Index, matrix.Rows.From);
        var columns = Axis("column", _component.ColumnsBy!, column.At, column.Index, matrix.Columns.From);
        OfTarget($"{rows}; {columns}", target, Ratio.Of(part));
    }

    private static string Axis(
        string axis, ComponentRules by, Attainment at, int index, ImmutableArray<decimal> from)
    {
        var place = index < 0
            ? $"below the first {axis}, {Percent(from[0])}"
            : string.Create(CultureInfo.InvariantCulture, $"{axis} {index + 1}, from {Percent(from[index])}");
        return $"{by.Definition.Title} at {Percent(at.Value.ToExact())}: {place}";
    }

    private void Target(Target stated, Ratio target)
    {
        var whole = stated.Fixed ?? _component.RepTarget ?? 0m;
        var name = stated.Fixed is null ? "your target" : "target";
        var text = $"{name} {Money(whole)}{Prorated(whole, target)}";
        Add(TraceStep.Target, text, Exact.Zero, target.ToExact());
    }

    private void OfTarget(string place, Ratio target, Ratio part)
    {
        var pay = (target * part).ToExact();
        var text = $"{place}: {Percent(part.ToExact())} of {Amount(target.ToExact())} = {Amount(pay)}";
        Add(TraceStep.Pay, text, pay, target.ToExact(), part.ToExact());
    }

    // Bounds are shown in units, and in % of the quota where the plan states them so.
    private static string TierName(Pay.Tiered tiers, int index, Exact from, Exact? to)
    {
        var units = to is { } end ? $"{Number(from)} to {Number(end)}" : $"from {Number(from)}";
        var name = string.Create(CultureInfo.InvariantCulture, $"tier {index + 1} ({units}");
        var start = tiers.Tiers[index].From;
        return !start.OfQuota ? $"{name})"
            : to is null ? $"{name}; from {Percent(start.Value)} of quota)"
            : $"{name}; {Percent(start.Value)} to {Percent(tiers.Tiers[index + 1].From.Value)} of quota)";
    }

    /// <summary>Where an attainment lies among points; null before the first.</summary>
    private static string? OnLines(
        ImmutableArray<CurvePoint> points, BeyondRule beyond, Attainment attainment, Func<Exact, string> say)
    {
        var last = attainment.LastReached([.. points.Select(point => point.At)], BoundRule.Upper);
        if (last < 0)
        {
            return null;
        }

        var at = points[last];
        var here = $"{Percent(at.At)} ({say(at.Value)})";
        if (last < points.Length - 1)
        {
            var next = points[last + 1];
            return $"on the line from {here} to {Percent(next.At)} ({say(next.Value)})";
        }

        var before = last > 0 ? points[last - 1] : at;
        return beyond == BeyondRule.Flat || last == 0
            ? $"at or beyond the last point, {here}"
            : $"beyond the last point, on along the line from {Percent(before.At)} ({say(before.Value)}) to {here}";
    }
}
