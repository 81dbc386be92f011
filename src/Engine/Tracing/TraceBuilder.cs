using System.Collections.Immutable;
using static Commission.Engine.Wording;

namespace Commission.Engine;

/// <summary>Writes down each step of F as it is taken.</summary>
internal sealed partial class TraceBuilder
{
    private readonly ImmutableArray<TraceLine>.Builder _lines = ImmutableArray.CreateBuilder<TraceLine>();
    private readonly ComponentRules _component;
    private readonly Window _window;
    private readonly FigureUnit _unit;
    private readonly Trace? _like;
    private Exact _sum;

    /// <summary>One without lines.</summary>
    /// <param name="component">Whose F is traced.</param>
    /// <param name="window">Of the component.</param>
    /// <param name="like">Of the same component and window: lines that are as there are not put into words again.
    /// </param>
    public TraceBuilder(ComponentRules component, Window window, Trace? like = null)
    {
        _like = like;
        _component = component;
        _window = window;
        _unit = FigureUnit.Of(component.Definition.Measure, component.Plan.Currency);
    }

    public void Credited(Tally tally)
    {
        var noRate = tally.NoRate > 0 ? $"; {Count(tally.NoRate, "deal")} without a currency rate count 0" : "";
        var isCount = _component.Definition.Measure.Kind == MeasureKind.Deals && tally.Sum == tally.Counted;
        var from = isCount ? "" : $" from {Count(tally.Counted, "deal")}";
        var text = $"credited {_unit.Say(tally.Sum)}{from}{noRate}";
        Add(TraceStep.Credited, text, Exact.Zero, tally.Sum);
        if (_component.Terms.QuotaOf(_window) is not { } quota)
        {
            return;
        }

        // Of one window and payee there is one quota.
        _lines.Add(Known(static line => line.Step == TraceStep.Quota)
            ?? QuotaLines.Of(_component, _window, quota, _unit));
        var attainment = new Attainment(tally.Sum, quota).Value.ToExact();
        var reached = $"attainment {Percent(attainment)}: {Number(tally.Sum)} of {Number(quota.ToExact())}";
        Add(TraceStep.Attainment, reached, Exact.Zero, quota.ToExact(), attainment);
    }

    public void Nothing(string why) => Add(TraceStep.Pay, why, Exact.Zero);

    public void NothingCredited(Exact credited) => Nothing(credited.IsZero
        ? "nothing is credited: pays 0"
        : "what is credited is below zero: pays 0");

    public void NoQuota()
    {
        var missing = Needed().Where(component => !Pays.HasQuota(component, _window))
            .Select(component => component!.Definition.Title).Distinct(StringComparer.Ordinal);
        Nothing($"no quota for {And(missing)}, and without one there is no attainment to pay by: pays 0");
    }

    public void Rounding(decimal earned, RoundingRule rule)
    {
        if (_sum != earned)
        {
            var name = rule == RoundingRule.HalfEven ? "half-even" : "half-up";
            var text = $"rounded {name} from {Amount(_sum)} to {Amount(earned)}";
            Add(TraceStep.Rounding, text, earned - _sum);
        }
    }

    /// <summary>A line made elsewhere.</summary>
    public void Take(TraceLine line)
    {
        _sum += line.Effect;
        _lines.Add(line);
    }

    public Trace Build(string component, string window, decimal earned)
    {
        if (_sum != earned)
        {
            throw new InvalidOperationException($"The lines add up to {_sum}, the figure is {earned}.");
        }

        Add(TraceStep.Earned, $"earned {Money(earned)}", Exact.Zero, earned);
        return new Trace(component, window, _component.Plan.Currency, _lines.ToImmutable(), earned);
    }

    private TraceLine? Known(Func<TraceLine, bool> isThat) => _like?.Lines.FirstOrDefault(isThat);

    private IEnumerable<ComponentRules?> Needed()
    {
        IEnumerable<ComponentRules?> own = _component.NeedsQuota ? [_component] : [];
        IEnumerable<ComponentRules?> axes =
            _component.Definition.Pay is Pay.Matrix ? [_component.RowsBy, _component.ColumnsBy] : [];
        return [.. own, .. _component.MultipliersBy, .. axes];
    }

    private void Add(TraceStep step, string text, Exact effect, Exact? quantity = null, Exact? rate = null) =>
        Take(new TraceLine(step, text, null, null, quantity, rate, effect));

    private void Step(TraceStep step, string text, Ratio after, Exact? rate = null) =>
        Add(step, text, after.ToExact() - _sum, rate: rate);

    private string Money(Exact amount) => FigureUnit.Of(_component.Plan.Currency).Say(amount);

    // Within one line the currency is named once at most.
    private string Amount(Exact amount) => Number(amount, _component.Plan.Currency.Digits);
}
