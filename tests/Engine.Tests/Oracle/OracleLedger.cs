namespace Commission.Engine.Tests.Oracle;

/// <summary>One assignment's credits, added one after the other in the order of date and id.</summary>
internal sealed class OracleLedger(int index, OracleAssignment assignment, List<OraclePlan> versions)
{
    private readonly List<Counted> _counted = [];
    private readonly List<Entry> _entries = [];
    private readonly List<OracleDeal> _held = [];

    public List<DealFigures> Deals => [.. _entries.Select(entry => entry.Figures)];

    public bool Holds(OracleDeal deal) => _held.Contains(deal);

    /// <summary>Adds a deal: it earns F after it less F before it, in every component.</summary>
    /// <param name="deal">Of a later day, or of a later id, than those before it.</param>
    /// <param name="version">The version that governs its day.</param>
    /// <param name="money">How its money is read.</param>
    public void Add(OracleDeal deal, OraclePlan version, Money money)
    {
        _held.Add(deal);
        var before = version.Components.ConvertAll(component => Earned(version, component, deal));
        var counted = version.Components.ConvertAll(component => OracleCounting.Counted(component, deal, money));
        for (var i = 0; i < counted.Count; i++)
        {
            if (counted[i] is { } value)
            {
                _counted.Add(new Counted(version.Components[i].Id, deal, value));
            }
        }

        for (var i = 0; i < version.Components.Count; i++)
        {
            var component = version.Components[i];
            var earned = Earned(version, component, deal) - before[i];
            var figures = new DealFigures(deal.Id, component.Id, counted[i] ?? Rational.Zero, earned);
            _entries.Add(new Entry(deal, component, version.WindowOf(component, deal), figures));
        }
    }

    /// <summary>Each window that a credit fell into, with its figures after the last.</summary>
    public IEnumerable<WindowFigures> Windows()
    {
        foreach (var group in _entries.Where(entry => entry.Window.Kind != "deal")
            .GroupBy(entry => (entry.Component.Id, entry.Window.Kind, entry.Window.First)))
        {
            var last = group.Last();
            var total = Total(last.Component.Id, last.Window with { Last = LastDay(last.Component.Id, last.Window) });
            var quota = assignment.Quota(last.Component, last.Window);
            yield return new WindowFigures(
                index, last.Component.Id, last.Window.Name, last.Window.First, total,
                quota is null ? null : total / quota, Sum(group));
        }
    }

    /// <summary>One statement for each period.</summary>
    /// <param name="through">From the start of the assignment to this day; null: from the first credit to the
    /// last.</param>
    public IEnumerable<StatementFigures> Statements(DateOnly? through)
    {
        var balance = Rational.Zero;
        foreach (var (version, period, from) in Periods(through))
        {
            var earned = Sum(_entries.Where(
                entry => entry.Deal.Credited >= from && entry.Deal.Credited <= period.Last));
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

    private static Rational Sum(IEnumerable<Entry> entries) =>
        entries.Aggregate(Rational.Zero, (sum, entry) => sum + entry.Figures.Earned);

    // The version on a period's first day decides how long it is; a period that a version cuts anew starts where the
    // one before it has ended.
    private IEnumerable<(OraclePlan Version, OracleWindow Period, DateOnly From)> Periods(DateOnly? through)
    {
        var fromStart = through is not null && assignment.From is not null;
        if (versions.Count == 0 || (_held.Count == 0 && !fromStart))
        {
            yield break;
        }

        var first = fromStart ? Later(assignment.From!.Value, versions[0].Effective) : _held[0].Credited;
        var day = first;
        while (day <= (through ?? _held[^1].Credited) && assignment.Covers(day))
        {
            var version = versions.Last(plan => plan.Effective <= day);
            var period = OracleWindow.Of(version.Pays, version.YearStarts, day);
            yield return (version, period, day == first ? period.First : Later(period.First, day));
            day = period.Last.AddDays(1);
        }
    }

    // The last day of the window on which a version governs whose component has it: another version may cut the days
    // in between otherwise.
    private DateOnly LastDay(string component, OracleWindow window)
    {
        var last = window.First;
        for (var i = 0; i < versions.Count; i++)
        {
            var from = Later(Later(versions[i].Effective, window.First), assignment.From ?? DateOnly.MinValue);
            var to = Earlier(window.Last, assignment.To ?? DateOnly.MaxValue);
            to = i + 1 < versions.Count ? Earlier(to, versions[i + 1].Effective.AddDays(-1)) : to;
            var same = versions[i].Components.Find(other => other.Id == component && other.Window == window.Kind);
            if (from <= to && same is not null &&
                OracleWindow.Of(window.Kind, versions[i].YearStarts, from).First == window.First)
            {
                last = to;
            }
        }

        return last;
    }

    private static DateOnly Earlier(DateOnly left, DateOnly right) => left < right ? left : right;

    private static DateOnly Later(DateOnly left, DateOnly right) => left > right ? left : right;

    private Rational Earned(OraclePlan version, OracleComponent component, OracleDeal deal)
    {
        var window = version.WindowOf(component, deal);
        var pay = new OraclePay(version, assignment, window, id => Total(id, window));
        return pay.F(component, _counted.Exists(item => item.Component == component.Id && window.Contains(item.Deal)));
    }

    // Totals carry over from one version to the next by the component's id.
    private Rational Total(string component, OracleWindow window) => _counted
        .Where(item => item.Component == component && window.Contains(item.Deal))
        .Aggregate(Rational.Zero, (sum, item) => sum + item.Value);

    private sealed record Counted(string Component, OracleDeal Deal, Rational Value);

    private sealed record Entry(
        OracleDeal Deal, OracleComponent Component, OracleWindow Window, DealFigures Figures);
}
