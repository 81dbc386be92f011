using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <content>Threshold, multipliers, cap and floor.</content>
internal sealed partial class TraceBuilder
{
    public void Threshold(Bound threshold, bool reached, Ratio left)
    {
        var bound = !threshold.OfQuota
            ? Number(threshold.Value)
            : $"{Percent(threshold.Value)} of quota, " +
            $"{Number((_component.Terms.QuotaOf(_window)!.Value * threshold.Value).ToExact())},";
        var text = reached ? $"threshold {bound} is reached" : $"threshold {bound} is not reached: nothing is paid";
        Add(TraceStep.Threshold, text, left.ToExact() - _sum, threshold.Value);
    }

    public void Multiplier(int index, Attainment attainment, Ratio factor, Ratio after)
    {
        var multiplier = _component.Definition.Multipliers[index];
        var by = _component.MultipliersBy[index]!;
        var name = by == _component ? "own attainment" : by.Definition.Title;
        var at = $"{name} at {Percent(attainment.Value.ToExact())} " +
            $"({Number(attainment.Credited)} of {Number(attainment.Quota.ToExact())})";
        var text = $"multiplier, {at}, {Reached(multiplier, attainment)}: " +
            $"{Amount(_sum)} × {Number(factor.ToExact())} = {Amount(after.ToExact())}";
        Step(TraceStep.Multiplier, text, after, factor.ToExact());
    }

    public void Cap(decimal cap, Ratio most, Ratio after)
    {
        var change = after.ToExact() == _sum ? "is not exceeded" : $"cuts {Amount(_sum)} to {Amount(after.ToExact())}";
        Step(TraceStep.Cap, $"cap {Money(cap)}{Prorated(cap, most)} {change}", after);
    }

    public void Floor(decimal floor, Ratio least, Ratio after)
    {
        var change = after.ToExact() == _sum
            ? "is reached without it"
            : $"lifts {Amount(_sum)} to {Amount(after.ToExact())}";
        Step(TraceStep.Floor, $"floor {Money(floor)}{Prorated(floor, least)} {change}", after);
    }

    private string Reached(Multiplier multiplier, Attainment attainment)
    {
        var rule = _component.Definition.AtBound;
        switch (multiplier)
        {
            case Engine.Multiplier.Gate gate:
                var open = attainment.Reaches(gate.From, rule);
                return $"{(open ? "the gate opens" : "the gate stays shut, it opens")} from {Percent(gate.From)}";
            case Engine.Multiplier.Tiered tiered:
                var bounds = tiered.Tiers.Select(tier => tier.At);
                var last = Math.Max(0, attainment.LastReached([.. bounds], rule));
                return $"tier from {Percent(tiered.Tiers[last].At)}";
            case Engine.Multiplier.Curved curved:
                return OnLines(curved.Points, curved.Beyond, attainment, value => $"× {Number(value)}")
                    ?? $"below the first point, {Percent(curved.Points[0].At)}";
            default:
                throw new InvalidOperationException($"Unknown multiplier: {multiplier}.");
        }
    }

    // Caps, floors and targets shrink with a window that is partly assigned.
    private string Prorated(decimal whole, Ratio part) => Ratio.Of(whole).ComparedWith(part) == 0
        ? ""
        : $" × {QuotaLines.DaysInside(_component.Terms, _window)} = {Amount(part.ToExact())}";
}
