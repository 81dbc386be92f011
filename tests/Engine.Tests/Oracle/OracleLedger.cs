namespace Commission.Engine.Tests.Oracle;

/// <summary>One assignment's credits, added one after the other in the order of date and id.</summary>
internal sealed class OracleLedger(int index, OracleAssignment assignment, List<OraclePlan> versions)
{
    private readonly Dictionary<(string Component, string Kind, DateOnly First, string Name), Rational> _totals = [];
    private readonly List<Entry> _entries = [];
    private readonly List<OracleDeal> _held = [];

    public List<DealFigures> Deals => [.. _entries.Select(entry => entry.Figures)];

    public bool Holds(OracleDeal deal) => _held.Contains(deal);

    /// <summary>Adds a deal: it earns F after it less F before it, in every component.</summary>
    /// <param name="deal">Of a later day, or of a later id, than those before it.</param>
    /// <param name="version">The version that governs its day.</param>
    /// <param name="rate">What one unit of its currency is in the plan's; null: not known, it counts 0.</param>
    public void Add(OracleDeal deal, OraclePlan version, Rational? rate)
    {
        _held.Add(deal);
        var before = version.Components.ConvertAll(component => Earned(version, component, deal));
        foreach (var component in version.Components)
        {
            var key = Key(component.Id, version.WindowOf(component, deal));
            if (rate is not null && OracleCounting.Counted(component, deal, version.Currency, rate) is { } counted)
            {
                _totals[key] = _totals.GetValueOrDefault(key, Rational.Zero) + counted;
            }
        }

        for (var i = 0; i < version.Components.Count; i++)
        {
            var component = version.Components[i];
            var earned = Earned(version, component, deal) - before[i];
            _entries.Add(new Entry(
                deal, version, component, version.WindowOf(component, deal),
                new DealFigures(deal.Id, component.Id, earned)));
        }
    }

    /// <summary>Each window that a credit fell into, with its figures after the last.</summary>
    public IEnumerable<WindowFigures> Windows()
    {
        foreach (var group in _entries.Where(entry => entry.Window.Kind != "deal")
            .GroupBy(entry => (entry.Component.Id, entry.Window.Kind, entry.Window.First, entry.Window.Name)))
        {
            var last = group.Last();
            var earned = group.Aggregate(Rational.Zero, (sum, entry) => sum + entry.Figures.Earned);
            var attainment = Pay(last.Version, last.Window).Attainment(last.Component);
            yield return new WindowFigures(
                index, group.Key.Id, group.Key.Name, Total(group.Key), attainment, earned);
        }
    }

    /// <summary>One statement for each period from the first credit to the last.</summary>
    public IEnumerable<StatementFigures> Statements()
    {
        var balance = Rational.Zero;
        foreach (var (version, period) in Periods())
        {
            var earned = _entries
                .Where(entry => entry.Deal.Credited >= period.First && entry.Deal.Credited <= period.Last)
                .Aggregate(Rational.Zero, (sum, entry) => sum + entry.Figures.Earned);
            Rational paid;
            if (earned < version.Draw)
            {
                paid = version.Draw;
                balance += version.DrawIsRecoverable
                    ? version.Draw - earned
                    : Rational.Larger(Rational.Zero, Rational.Zero - earned);
            }
            else
            {
                var recovery = Rational.Smaller(balance, earned - version.Draw);
                paid = earned - recovery;
                balance -= recovery;
            }

            yield return new StatementFigures(index, period.Name, earned, paid, balance);
        }
    }

    private static (string Component, string Kind, DateOnly First, string Name) Key(
        string component, OracleWindow window) =>
        (component, window.Kind, window.First, window.Name);

    private IEnumerable<(OraclePlan Version, OracleWindow Period)> Periods()
    {
        if (_held.Count == 0)
        {
            yield break;
        }

        for (var day = _held[0].Credited; day <= _held[^1].Credited;)
        {
            var version = versions.LastOrDefault(plan => plan.Effective <= day) ?? versions[0];
            var period = OracleWindow.Of(version.Pays, version.YearStarts, day);
            yield return (version, period);
            day = period.Last.AddDays(1);
            if (day > _held[^1].Credited)
            {
                yield break;
            }
        }
    }

    private OraclePay Pay(OraclePlan version, OracleWindow window) => new(
        version, assignment, window, id => Total(Key(id, window)));

    private Rational Earned(OraclePlan version, OracleComponent component, OracleDeal deal)
    {
        var window = version.WindowOf(component, deal);
        return Pay(version, window).F(component, _totals.ContainsKey(Key(component.Id, window)));
    }

    private Rational Total((string Component, string Kind, DateOnly First, string Name) key) =>
        _totals.GetValueOrDefault(key, Rational.Zero);

    private sealed record Entry(
        OracleDeal Deal, OraclePlan Version, OracleComponent Component, OracleWindow Window, DealFigures Figures);
}
