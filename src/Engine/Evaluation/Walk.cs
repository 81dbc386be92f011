using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Goes through the credits of one assignment in order, and keeps what each window has come to.</summary>
internal sealed class Walk
{
    private readonly int _assignment;
    private readonly CurrencyRates _rates;
    private readonly Dictionary<(WindowKind Kind, int YearStarts), (Window Window, Tally[] Tallies)> _open = [];
    private readonly Dictionary<(int Slot, Window Window), (ComponentRules Component, decimal Earned)> _windows = [];
    private readonly List<(DateOnly Day, Tally[] Counted, decimal Earned)> _earned = [];

    public Walk(int assignment, AssignmentRules rules, CurrencyRates rates)
    {
        _assignment = assignment;
        Rules = rules;
        _rates = rates;
    }

    public AssignmentRules Rules { get; }

    /// <summary>Takes the next credit, which is inside the assignment, and says what its deal earns.</summary>
    public DealEarning Next(DealCredit credit)
    {
        var day = credit.Deal.Credited;
        var version = Rules.VersionOn(day)!;
        var own = new Tally[Rules.Slots];
        AssignmentRules.Count(version, credit, _rates, own);
        OpenWindows(day);
        var before = version.Components.Select(component => Earned(version, component, day).Earned).ToArray();
        foreach (var (_, tallies) in _open.Values)
        {
            Tally.Add(tallies, own);
        }

        var parts = ImmutableArray.CreateBuilder<ComponentEarning>();
        for (var i = 0; i < version.Components.Length; i++)
        {
            parts.Add(Part(version, version.Components[i], day, own, before[i]));
        }

        var deal = new DealEarning(
            credit.Deal.Id, day, version.Plan.Id, version.Plan.Currency, parts.ToImmutable());
        _earned.Add((day, own, deal.Total));
        return deal;
    }

    /// <summary>Every window that has a credit, by component and start.</summary>
    public IEnumerable<WindowResult> Windows() => _windows
        .OrderBy(entry => entry.Key.Slot).ThenBy(entry => entry.Key.Window.Start)
        .ThenBy(entry => entry.Key.Window.Kind)
        .Select(entry => Result(entry.Key.Window, entry.Value.Component, entry.Value.Earned));

    /// <summary>Statements through the period of a day, or from the first credit to the last.</summary>
    public IEnumerable<StatementResult> Statements(DateOnly? through)
    {
        if (Rules.Versions.Length == 0 || (_earned.Count == 0 && (through is null || Rules.Assignment.From is null)))
        {
            yield break;
        }

        var fromStart = through is not null && Rules.Assignment.From is not null;
        var first = fromStart ? Rules.Versions[0].Start : _earned[0].Day;
        var owed = 0m;
        foreach (var (period, version) in Draws.Periods(Rules, first, through ?? _earned[^1].Day))
        {
            var earned = _earned.Where(deal => period.Contains(deal.Day)).Sum(deal => deal.Earned);
            var statement = Draws.Settle(version.Plan, period, earned, owed);
            owed = statement.DrawBalance;
            yield return new StatementResult(_assignment, version.Plan.Id, version.Plan.Currency, statement);
        }
    }

    private void OpenWindows(DateOnly day)
    {
        foreach (var version in Rules.Versions)
        {
            foreach (var component in version.Components)
            {
                var window = version.WindowOf(component, day);
                var key = (window.Kind, version.Plan.YearStarts);
                if (component.HasDealWindows || !_open.TryGetValue(key, out var open) || open.Window != window)
                {
                    _open[key] = (window, new Tally[Rules.Slots]);
                }
            }
        }
    }

    private Figure Earned(VersionRules version, ComponentRules component, DateOnly day)
    {
        var window = version.WindowOf(component, day);
        return Pays.Of(component, window, _open[(window.Kind, version.Plan.YearStarts)].Tallies);
    }

    private ComponentEarning Part(
        VersionRules version, ComponentRules component, DateOnly day, Tally[] own, decimal before)
    {
        var after = Earned(version, component, day);
        var earned = after.Earned - before;
        if (!component.HasDealWindows)
        {
            var key = (component.Slot, version.WindowOf(component, day));
            _windows[key] = (component, _windows.GetValueOrDefault(key).Earned + earned);
        }

        var tally = own[component.Slot];
        var notices = tally.NoRate > 0 ? after.Notices : after.Notices & ~Notices.NoRate;
        return new ComponentEarning(component.Definition.Id, tally.Sum.ToDecimal(), earned, notices);
    }

    private WindowResult Result(Window window, ComponentRules component, decimal earned)
    {
        var tallies = new Tally[Rules.Slots];
        var last = Earnings.LastDay(Rules, component.Slot, window);
        foreach (var deal in _earned.Where(deal => deal.Day >= window.Start && deal.Day <= last))
        {
            Tally.Add(tallies, deal.Counted);
        }

        return new WindowResult(
            _assignment,
            component.Plan.Id,
            component.Definition.Id,
            window.Name(component.Plan.YearStarts),
            window.Start,
            tallies[component.Slot].Sum.ToDecimal(),
            component.Terms.QuotaOf(window)?.Round(6, RoundingRule.HalfEven),
            Pays.AttainmentOf(component, window, tallies)?.Value.Round(6, RoundingRule.HalfEven),
            earned,
            Pays.Of(component, window, tallies).Notices);
    }
}
