namespace Commission.Engine;

/// <summary>An account's statement periods, with what each earned and left owed. A change of credits reaches no further
/// than the windows that hold its day: what later periods earned stands, and only the balance is carried on anew.
/// </summary>
internal sealed class PastPeriods(AssignmentRules rules)
{
    private readonly List<Past> _periods = [];
    private DateOnly _first;

    // How many periods, from the first, have a balance that stands.
    private int _settled;

    /// <summary>The period that contains a day of the assignment, and what was owed when it began.</summary>
    /// <param name="view">The credits.</param>
    /// <param name="first">A day of the first period.</param>
    /// <param name="on">The day, not before <paramref name="first"/>.</param>
    public (Window Period, VersionRules Version, decimal Owed) Of(CreditView view, DateOnly first, DateOnly on)
    {
        if (_first != first)
        {
            _periods.Clear();
            (_first, _settled) = (first, 0);
        }

        Extend(on);
        var index = IndexOf(on);
        Settle(view, index);
        var past = _periods[index];
        return (past.Period, past.Version, index == 0 ? 0m : _periods[index - 1].Owed);
    }

    /// <summary>Says that credits of a day have changed.</summary>
    public void Forget(DateOnly day)
    {
        if (_periods.Count == 0)
        {
            return;
        }

        var index = Math.Max(0, IndexOf(day));
        _settled = Math.Min(_settled, index);
        for (var last = LastReached(day); index < _periods.Count && _periods[index].Period.Start <= last; index++)
        {
            _periods[index].Earned = null;
        }
    }

    // The end of the longest window that holds a day.
    private DateOnly LastReached(DateOnly day)
    {
        var last = day;
        foreach (var version in rules.Versions)
        {
            foreach (var component in version.Components)
            {
                last = Earnings.Later(last, version.WindowOf(component, day).End);
            }
        }

        return last;
    }

    private void Extend(DateOnly on)
    {
        var resumed = _periods.Count > 0;
        var ended = resumed ? _periods[^1].Period.End : DateOnly.MinValue;
        if (!resumed || ended < on)
        {
            var from = resumed ? ended.AddDays(1) : _first;
            foreach (var (period, version) in Draws.Periods(rules, from, on, resumed))
            {
                _periods.Add(new Past(period, version));
            }
        }
    }

    // The last that starts on the day or before it; −1 where none does.
    private int IndexOf(DateOnly on)
    {
        int low = 0, high = _periods.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _periods[middle].Period.Start <= on ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    private void Settle(CreditView view, int before)
    {
        for (; _settled < before; _settled++)
        {
            var past = _periods[_settled];
            var owed = _settled == 0 ? 0m : _periods[_settled - 1].Owed;
            past.Earned ??= Earnings.Total(view, rules, past.Period.Start, past.Period.End);
            past.Owed = Draws.Owed(past.Version.Plan, past.Earned.Value, owed);
        }
    }

    private sealed class Past(Window period, VersionRules version)
    {
        public Window Period { get; } = period;

        public VersionRules Version { get; } = version;

        /// <summary>Null until it is asked for.</summary>
        public decimal? Earned { get; set; }

        /// <summary>After it; stands where it is settled.</summary>
        public decimal Owed { get; set; }
    }
}
