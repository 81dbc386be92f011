using System.Collections.Immutable;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>What one deal changes in a component's figure: F after its credit − F before it, step by step.</summary>
internal sealed class DealChange
{
    private readonly ImmutableArray<TraceLine>.Builder _lines = ImmutableArray.CreateBuilder<TraceLine>();
    private readonly FigureUnit _money;
    private readonly Trace _before;
    private readonly Trace _after;

    private DealChange(Trace before, Trace after)
    {
        (_before, _after) = (before, after);
        _money = FigureUnit.Of(after.Currency);
    }

    /// <summary>The lines add up to what the deal earns by the component.</summary>
    /// <param name="title">What is explained; may be empty.</param>
    /// <param name="change">F before and after.</param>
    /// <param name="counted">What is counted of the deal, and why; null where only the figure is known.</param>
    public static Explanation Of(string title, TraceChange change, TraceLine? counted)
    {
        var (before, after) = (change.Before, change.After);
        var difference = new DealChange(before, after);
        difference.Counted(counted);
        difference.Tiers();
        difference.Pays();
        difference.Step(TraceStep.Threshold);
        difference.Multipliers();
        difference.Step(TraceStep.Cap);
        difference.Step(TraceStep.Floor);
        difference.Step(TraceStep.Rounding);
        Exact earned = after.Earned - before.Earned;
        var lines = difference._lines;
        var text = $"earned by the deal {difference._money.Say(earned)}";
        lines.Add(TraceLine.Of(TraceStep.Earned, text, Exact.Zero, earned));
        if (before.Lines.Concat(after.Lines).Any(line => !line.Effect.IsZero))
        {
            lines.Add(difference.Whole(TraceStep.Before, "before the deal", before));
            lines.Add(difference.Whole(TraceStep.After, "with the deal", after));
        }

        return Explanation.Of(FigureKind.DealPart, title, difference._money, earned, lines.ToImmutable());
    }

    private TraceLine Whole(TraceStep step, string when, Trace trace) => TraceLine.Of(
        step, $"{when}: {_money.Say(trace.Earned)} in {trace.Window}", Exact.Zero, trace.Earned,
        trace.ToExplanation(""));

    private void Counted(TraceLine? counted)
    {
        var own = QuantityOf(_after, TraceStep.Credited) - QuantityOf(_before, TraceStep.Credited);
        Add(TraceStep.Credited, counted?.Text ?? $"the deal counts {Number(own)}", Exact.Zero, own, counted?.Rate);
        if (LineOf(_after, TraceStep.Attainment) is { } now && LineOf(_before, TraceStep.Attainment) is { } then &&
            now.Rate != then.Rate)
        {
            var text = $"attainment moves from {Percent(then.Rate!.Value)} to {Percent(now.Rate!.Value)}";
            Add(TraceStep.Attainment, text, Exact.Zero, now.Quantity, now.Rate);
        }
    }

    private void Tiers()
    {
        var before = Lines(_before, TraceStep.Tier);
        var after = Lines(_after, TraceStep.Tier);
        foreach (var from in before.Concat(after).Select(line => line.From).Distinct().OrderBy(from => from!.Value))
        {
            var then = before.Find(line => line.From == from);
            var now = after.Find(line => line.From == from);
            var line = (now ?? then)!;
            var pay = (now?.Effect ?? Exact.Zero) - (then?.Effect ?? Exact.Zero);
            var units = (now?.Quantity ?? Exact.Zero) - (then?.Quantity ?? Exact.Zero);
            if (line.Quantity is null && !pay.IsZero)
            {
                Take(line, now is null ? $"{line.Name} is no longer reached" : line.Text, null, pay);
            }
            else if (!pay.IsZero || !units.IsZero)
            {
                Take(line, $"{Number(units)} of it in {line.Name} × {line.RateText}", units, pay);
            }
        }
    }

    private void Pays()
    {
        var then = LineOf(_before, TraceStep.Pay);
        var now = LineOf(_after, TraceStep.Pay);
        var pay = (now?.Effect ?? Exact.Zero) - (then?.Effect ?? Exact.Zero);
        if (!pay.IsZero)
        {
            var line = (now ?? then)!;
            var units = (now?.Quantity ?? Exact.Zero) - (then?.Quantity ?? Exact.Zero);
            var tier = line.Name.Length > 0 ? $" in {line.Name}" : "";
            if (line.RateText.Length > 0 && HasSameRate(then, line) && HasSameRate(now, line))
            {
                Take(line, $"{Number(units)} of it{tier} × {line.RateText}", units, pay);
            }
            else
            {
                var (old, after) = (Money(then?.Effect ?? Exact.Zero), Money(now?.Effect ?? Exact.Zero));
                var moves = now?.Name == then?.Name ? "" : $", now{tier}";
                Take(line, $"pay moves from {old} to {after}{moves}, as shown below", null, pay);
            }
        }
    }

    // A line that pays nothing has no rate of its own.
    private static bool HasSameRate(TraceLine? one, TraceLine other) =>
        one is null || one.Effect.IsZero || (one.Rate == other.Rate && one.Name == other.Name);

    // A changed factor is told apart from what the deal adds under it.
    private void Multipliers()
    {
        var before = Lines(_before, TraceStep.Multiplier);
        var after = Lines(_after, TraceStep.Multiplier);
        for (var i = 0; i < Math.Min(before.Count, after.Count); i++)
        {
            var (then, now) = (before[i].Rate!.Value, after[i].Rate!.Value);
            var old = SumBefore(_before, before[i]);
            var added = SumBefore(_after, after[i]) - old;
            var own = (now - Exact.One) * added;
            if (!own.IsZero)
            {
                Add(TraceStep.Multiplier, $"multiplier × {Number(now)} on the {Money(added)} that it adds", own,
                    added, now);
            }

            if (then != now && !old.IsZero)
            {
                var text = $"multiplier moves from {Number(then)} to {Number(now)}, on the {Money(old)} before it";
                Add(TraceStep.Multiplier, text, (now - then) * old, old, now);
            }
        }
    }

    private void Step(TraceStep step)
    {
        var then = LineOf(_before, step);
        var now = LineOf(_after, step);
        var effect = (now?.Effect ?? Exact.Zero) - (then?.Effect ?? Exact.Zero);
        if (!effect.IsZero)
        {
            Add(step, Changed(step, then, now), effect);
        }
    }

    private static string Changed(TraceStep step, TraceLine? then, TraceLine? now)
    {
        if (then is null or { Effect.IsZero: true })
        {
            return now!.Text;
        }

        return (step, now) switch
        {
            (TraceStep.Threshold, { Effect.IsZero: true }) =>
                "the threshold is now reached: what it held back before is paid",
            (_, null or { Effect.IsZero: true }) => $"no longer: {then.Text}",
            (TraceStep.Rounding, _) => "rounding, with the deal and before it",
            _ => $"now: {now.Text}; before: {then.Text}",
        };
    }

    private string Money(Exact amount) => Number(amount, _after.Currency.Digits);

    private void Take(TraceLine of, string text, Exact? quantity, Exact effect) =>
        _lines.Add(of with { Text = text, Quantity = quantity, Effect = effect, Detail = null });

    private void Add(TraceStep step, string text, Exact effect, Exact? quantity = null, Exact? rate = null) =>
        _lines.Add(new TraceLine(step, text, null, null, quantity, rate, effect));

    private static Exact SumBefore(Trace trace, TraceLine until) => trace.Lines
        .TakeWhile(line => !ReferenceEquals(line, until))
        .Aggregate(Exact.Zero, (sum, line) => sum + line.Effect);

    private static Exact QuantityOf(Trace trace, TraceStep step) => LineOf(trace, step)?.Quantity ?? Exact.Zero;

    private static TraceLine? LineOf(Trace trace, TraceStep step) =>
        trace.Lines.FirstOrDefault(line => line.Step == step);

    private static List<TraceLine> Lines(Trace trace, TraceStep step) =>
        [.. trace.Lines.Where(line => line.Step == step)];
}
