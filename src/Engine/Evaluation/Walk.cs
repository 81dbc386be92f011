using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>Goes through the credits of one assignment in order, and keeps what each window has come to.</summary>
internal sealed class Walk
{
    private readonly int _assignment;
    private readonly CurrencyRates _rates;
    private readonly OpenWindow[] _open;
    private readonly Dictionary<(int Slot, Window Window), (ComponentRules Component, decimal Earned)> _windows = [];

    // In order. What a window or a period comes to follows from a few of them, however many credits they have.
    private readonly List<CreditDay> _days = [];
    private readonly Tally[] _own;
    private (VersionRules? Version, decimal[] Figures) _earned = (null, []);

    public Walk(int assignment, AssignmentRules rules, CurrencyRates rates)
    {
        _assignment = assignment;
        Rules = rules;
        _rates = rates;
        _own = new Tally[rules.Slots];
        _open =
        [
            .. rules.Versions
                .SelectMany(version => version.Components, (version, component) =>
                    (component.Definition.Window, version.Plan.YearStarts))
                .Distinct()
                .Select(kind => new OpenWindow(kind.Window, kind.YearStarts, rules.Slots)),
        ];
    }

    public AssignmentRules Rules { get; }

    /// <summary>Takes the next credit, which is inside the assignment, and says what its deal earns.</summary>
    public DealEarning Next(DealCredit credit)
    {
        var day = credit.Deal.Credited;
        var version = Rules.VersionOn(day)!;
        AssignmentRules.Count(version, credit, _rates, _own);
        var parts = new ComponentEarning[version.Components.Length];
        var before = EarnedBefore(version, day);
        foreach (var open in _open)
        {
            Tally.Add(open.Tallies, _own);
        }

        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = Part(version, version.Components[i], ref before[i]);
        }

        var deal = new DealEarning(credit.Deal.Id, day, version.Plan.Id, version.Plan.Currency,
            ImmutableCollectionsMarshal.AsImmutableArray(parts));
        Note(day, deal.Total);
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
        if (Rules.Versions.Length == 0 || (_days.Count == 0 && (through is null || Rules.Assignment.From is null)))
        {
            yield break;
        }

        var fromStart = through is not null && Rules.Assignment.From is not null;
        var first = fromStart ? Rules.Versions[0].Start : _days[0].Date;
        var (owed, next) = (0m, 0);
        foreach (var (period, version) in Draws.Periods(Rules, first, through ?? _days[^1].Date))
        {
            var earned = 0m;
            for (; next < _days.Count && _days[next].Date <= period.End; next++)
            {
                earned += period.Contains(_days[next].Date) ? _days[next].Earned : 0m;
            }

            var statement = Draws.Settle(version.Plan, period, earned, owed);
            owed = statement.DrawBalance;
            yield return new StatementResult(_assignment, version.Plan.Id, version.Plan.Currency, statement);
        }
    }

    // F of each component before the next credit: what it was after the last one, unless another count begins.
    private decimal[] EarnedBefore(VersionRules version, DateOnly day)
    {
        if (OpenWindows(day) || _earned.Version != version)
        {
            _earned = (version, [.. version.Components.Select(component => Earned(version, component).Earned)]);
        }

        return _earned.Figures;
    }

    /// <returns>Whether any window is a new one.</returns>
    private bool OpenWindows(DateOnly day)
    {
        var opened = false;
        foreach (var open in _open)
        {
            var window = Engine.Windows.Of(open.Kind, open.YearStarts, day);
            if (open.Kind == WindowKind.Deal || open.Window != window)
            {
                open.Window = window;
                Array.Clear(open.Tallies);
                opened = true;
            }
        }

        return opened;
    }

    private Figure Earned(VersionRules version, ComponentRules component)
    {
        var open = OpenOf(version, component);
        return Pays.Of(component, open.Window, open.Tallies);
    }

    private OpenWindow OpenOf(VersionRules version, ComponentRules component)
    {
        foreach (var open in _open)
        {
            if (open.Kind == component.Definition.Window && open.YearStarts == version.Plan.YearStarts)
            {
                return open;
            }
        }

        throw new InvalidOperationException($"'{component.Definition.Id}' has no window to fill.");
    }

    private ComponentEarning Part(VersionRules version, ComponentRules component, ref decimal figure)
    {
        var open = OpenOf(version, component);
        var after = Pays.Of(component, open.Window, open.Tallies);
        var earned = after.Earned - figure;
        figure = after.Earned;
        if (!component.HasDealWindows)
        {
            ref var window = ref CollectionsMarshal.GetValueRefOrAddDefault(
                _windows, (component.Slot, open.Window), out _);
            window = (component, window.Earned + earned);
        }

        var tally = _own[component.Slot];
        var notices = tally.NoRate > 0 ? after.Notices : after.Notices & ~Notices.NoRate;
        return new ComponentEarning(component.Definition.Id, tally.Sum.ToDecimal(), earned, notices);
    }

    private void Note(DateOnly day, decimal earned)
    {
        if (_days is not [.., { } last] || last.Date != day)
        {
            last = new CreditDay(day, _days is [.., { } before] ? [.. before.Through] : new Tally[Rules.Slots]);
            _days.Add(last);
        }

        Tally.Add(last.Through, _own);
        last.Earned += earned;
    }

    // Everything credited up to a day, that day included.
    private void AddThrough(DateOnly day, Span<Tally> into)
    {
        var (low, high) = (0, _days.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _days[middle].Date <= day ? (middle + 1, high) : (low, middle);
        }

        if (low > 0)
        {
            Tally.Add(into, _days[low - 1].Through);
        }
    }

    private WindowResult Result(Window window, ComponentRules component, decimal earned)
    {
        var tallies = new Tally[Rules.Slots];
        AddThrough(Earnings.LastDay(Rules, component.Slot, window), tallies);
        if (window.Start > DateOnly.MinValue)
        {
            var before = new Tally[Rules.Slots];
            AddThrough(window.Start.AddDays(-1), before);
            Tally.Subtract(tallies, before);
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

    /// <summary>The window of a kind that is being filled.</summary>
    private sealed class OpenWindow(WindowKind kind, int yearStarts, int slots)
    {
        public WindowKind Kind { get; } = kind;

        public int YearStarts { get; } = yearStarts;

        public Tally[] Tallies { get; } = new Tally[slots];

        /// <summary>No real window before the first credit.</summary>
        public Window Window { get; set; }
    }

    /// <summary>A day that has credits.</summary>
    private sealed class CreditDay(DateOnly date, Tally[] through)
    {
        public DateOnly Date { get; } = date;

        /// <summary>What the assignment has counted up to the end of the day.</summary>
        public Tally[] Through { get; } = through;

        /// <summary>By the deals of the day.</summary>
        public decimal Earned { get; set; }
    }
}
