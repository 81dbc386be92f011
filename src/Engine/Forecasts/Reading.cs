namespace Commission.Engine;

/// <summary>F of one version's components with one window, read at a place.</summary>
internal sealed class Reading
{
    private readonly Window _window;
    private readonly Tally[] _base;
    private readonly Tally[] _with;
    private readonly (ComponentRules Component, decimal Before)[] _parts;
    private readonly decimal _sign;
    private readonly WindowAxes _axes;
    private readonly int[] _over;

    /// <param name="window">The window.</param>
    /// <param name="standing">What it has counted up to the place without open deals.</param>
    /// <param name="parts">The components that open deals can move.</param>
    /// <param name="sign">−1 at the start of a span, 1 at its end.</param>
    /// <param name="axes">Of the window's start.</param>
    /// <param name="over">Axes that nothing needs after this.</param>
    public Reading(Window window, Tally[] standing, ComponentRules[] parts, decimal sign, WindowAxes axes, int[] over)
    {
        _window = window;
        _base = standing;
        _with = (Tally[])standing.Clone();
        _parts = [.. parts.Select(part => (part, Pays.Of(part, window, standing).Earned))];
        _sign = sign;
        _axes = axes;
        _over = over;
    }

    /// <summary>What open deals change.</summary>
    public decimal Change(ReadOnlySpan<Exact> added)
    {
        var moved = false;
        foreach (var (slot, axis, isCount) in _axes.All)
        {
            var more = added[axis];
            moved |= !more.IsZero;
            var tally = isCount ? _with[slot] : _base[slot];
            _with[slot] = isCount
                ? tally with { Counted = _base[slot].Counted + (more.IsZero ? 0 : 1) }
                : tally with { Sum = tally.Sum + more };
        }

        return moved ? _sign * Changes() : 0m;
    }

    /// <summary>Clears the totals that nothing needs any more, so that more states are equal.</summary>
    public void Forget(Span<Exact> added)
    {
        foreach (var axis in _over)
        {
            added[axis] = Exact.Zero;
        }
    }

    private decimal Changes()
    {
        var change = 0m;
        foreach (var (component, before) in _parts)
        {
            change += Pays.Of(component, _window, _with).Earned - before;
        }

        return change;
    }
}

/// <summary>The axes of what open deals add from one day on: for each slot one of its sum, and where a floor waits
/// for a first credit, one of their number, after that of the sum.</summary>
/// <param name="Start">The day.</param>
/// <param name="All">The axes.</param>
internal sealed record WindowAxes(DateOnly Start, (int Slot, int Axis, bool IsCount)[] All);
