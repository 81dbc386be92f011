using System.Collections.Immutable;
using System.Globalization;

namespace Commission.Engine;

/// <summary>Writes down each step of F as it is taken.</summary>
internal sealed class TraceBuilder
{
    private readonly ImmutableArray<TraceLine>.Builder _lines = ImmutableArray.CreateBuilder<TraceLine>();
    private readonly Currency _currency;
    private Exact _sum;

    public TraceBuilder(Currency currency) => _currency = currency;

    public void Credited(ComponentRules component, Window window, Exact credited)
    {
        Add(TraceStep.Credited, $"credited {Number(credited)}", null, null, credited, null, Exact.Zero);
        if (component.Terms.QuotaOf(window) is { } quota)
        {
            var attainment = new Attainment(credited, quota).Value.ToExact();
            var text = $"attainment {Number(credited)} of {Number(quota.ToExact())} = {Percent(attainment)}";
            Add(TraceStep.Attainment, text, null, null, quota.ToExact(), attainment, Exact.Zero);
        }
    }

    public void Nothing(string why) => Add(TraceStep.Pay, why, null, null, null, null, Exact.Zero);

    public void Part(string name, Exact? from, Exact? to, Exact quantity, decimal rate, bool isRate, Ratio pay)
    {
        var factor = isRate ? Percent(rate) : Number(rate);
        var text = $"{name}: {Number(quantity)} × {factor} = {Number(pay.ToExact())}";
        Add(TraceStep.Pay, text, from, to, quantity, rate, pay.ToExact());
    }

    public void Tier(int index, Tier tier, Ratio from, Ratio? to, Ratio quantity, Ratio pay)
    {
        var low = from.ToExact();
        var high = to?.ToExact();
        var range = high is { } end ? $"{Number(low)} to {Number(end)}" : $"from {Number(low)}";
        var name = string.Create(CultureInfo.InvariantCulture, $"tier {index + 1} ({range})");
        if (tier.Kind == TierKind.Amount)
        {
            var text = $"{name}: amount {Number(tier.Value)}";
            Add(TraceStep.Pay, text, low, high, null, null, pay.ToExact());
            return;
        }

        Part(name, low, high, quantity.ToExact(), tier.Value, tier.Kind == TierKind.Rate, pay);
    }

    public void OfTarget(string name, Ratio target, Ratio part)
    {
        var pay = (target * part).ToExact();
        var text = $"{name}: target {Number(target.ToExact())} × {Percent(part.ToExact())} = {Number(pay)}";
        Add(TraceStep.Pay, text, null, null, target.ToExact(), part.ToExact(), pay);
    }

    public void Threshold(Bound threshold, bool reached, Ratio left)
    {
        var bound = threshold.OfQuota ? Percent(threshold.Value) : Number(threshold.Value);
        var text = reached ? $"threshold {bound}: reached" : $"threshold {bound}: not reached, pays 0";
        Step(TraceStep.Threshold, text, null, left);
    }

    public void Multiplier(Multiplier multiplier, Attainment attainment, Ratio factor, Ratio after)
    {
        var name = multiplier is Multiplier.Gate gate ? $"gate {Percent(gate.From)} of" : "multiplier by";
        var at = Percent(attainment.Value.ToExact());
        var text = $"{name} {multiplier.By} at {at}: × {Number(factor.ToExact())} = {Number(after.ToExact())}";
        Step(TraceStep.Multiplier, text, factor.ToExact(), after);
    }

    public void Cap(Ratio cap, Ratio after) => Step(
        TraceStep.Cap, $"cap {Number(cap.ToExact())}: {Number(after.ToExact())}", null, after);

    public void Floor(Ratio floor, Ratio after) => Step(
        TraceStep.Floor, $"floor {Number(floor.ToExact())}: {Number(after.ToExact())}", null, after);

    public void Rounding(decimal earned, RoundingRule rule)
    {
        if (_sum != earned)
        {
            var name = rule == RoundingRule.HalfEven ? "half-even" : "half-up";
            Step(TraceStep.Rounding, $"rounded {name} to {Money(earned)}", null, Ratio.Of(earned));
        }
    }

    public void CarriedOver(decimal earnedBefore, decimal figureBefore)
    {
        var effect = new Exact(earnedBefore) - figureBefore;
        var text = $"carried over: {Money(earnedBefore)} earned under earlier versions, for which this one gives " +
            Money(figureBefore);
        Add(TraceStep.CarriedOver, text, null, null, null, null, effect);
    }

    public Trace Build(string component, string window, decimal earned)
    {
        if (_sum != earned)
        {
            throw new InvalidOperationException($"The lines add up to {_sum}, the figure is {earned}.");
        }

        Add(TraceStep.Earned, $"earned {Money(earned)}", null, null, null, null, Exact.Zero);
        return new Trace(component, window, _currency, _lines.ToImmutable(), earned);
    }

    private void Step(TraceStep step, string text, Exact? rate, Ratio after) =>
        Add(step, text, null, null, null, rate, after.ToExact() - _sum);

    private void Add(TraceStep step, string text, Exact? from, Exact? to, Exact? quantity, Exact? rate, Exact effect)
    {
        _sum += effect;
        _lines.Add(new TraceLine(step, text, from, to, quantity, rate, effect));
    }

    private string Money(decimal amount) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_currency.Code} {amount.ToString("N" + _currency.Digits, CultureInfo.InvariantCulture)}");

    private static string Number(Exact value) =>
        value.Round(6, RoundingRule.HalfUp).ToString("#,0.######", CultureInfo.InvariantCulture);

    private static string Percent(Exact value) =>
        (value * 100m).Round(4, RoundingRule.HalfUp).ToString("0.####", CultureInfo.InvariantCulture) + "%";
}
