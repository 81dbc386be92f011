namespace Commission.Engine;

/// <summary>What a component pays as a function of its own credited total, the other components as they stand. F
/// before rounding: between <see cref="Bounds"/> a polynomial, which the cap and floor may cut.</summary>
internal sealed class PayFunction
{
    private readonly ComponentRules _component;
    private readonly Window _window;
    private readonly Tally[] _tallies;
    private readonly Tally _now;
    private readonly int _degree;

    /// <param name="component">Whose.</param>
    /// <param name="window">Which.</param>
    /// <param name="tallies">By slot, as they stand; copied.</param>
    public PayFunction(ComponentRules component, Window window, ReadOnlySpan<Tally> tallies)
    {
        _component = component;
        _window = window;
        _tallies = tallies.ToArray();
        _now = _tallies[component.Slot];
        _degree = 1;
        for (var i = 0; i < component.MultipliersBy.Length; i++)
        {
            _degree += component.MultipliersBy[i] == component &&
                component.Definition.Multipliers[i] is Multiplier.Curved ? 1 : 0;
        }

        Bounds = [.. PayBounds.Of(component, window, component.Slot).Append(Exact.Zero).Distinct().Order()];
        Cap = component.Definition.Cap is { } cap ? (component.Terms.Part(window) * cap).ToExact() : null;
        Floor = component.Definition.Floor is { } floor ? (component.Terms.Part(window) * floor).ToExact() : null;
    }

    /// <summary>Credited totals at which it may jump or bend, apart from where the cap or floor begins to hold;
    /// rising.</summary>
    public Exact[] Bounds { get; }

    public Exact Credited => _now.Sum;

    private Exact? Cap { get; }

    private Exact? Floor { get; }

    /// <summary>At a total. Any total but that of now takes a credit more.</summary>
    public Exact At(Exact credited) => Within(Unbounded(credited), credited == _now.Sum ? _now.Counted : 1);

    /// <summary>The limit from below, for totals that differ from now.</summary>
    public Exact Before(Exact credited) => Within(UnboundedBefore(credited), 1);

    /// <summary>The limit from above.</summary>
    public Exact After(Exact credited) => Within(UnboundedAfter(credited), 1);

    /// <summary>Where the cap or floor begins or ceases to hold between two totals that have no bound between them.
    /// Exact where F is straight there, else where its chord crosses.</summary>
    public IEnumerable<Exact> Crossings(Exact from, Exact to)
    {
        var start = UnboundedAfter(from);
        var end = UnboundedBefore(to);
        foreach (var level in new[] { Cap, Floor })
        {
            if (level is { } held && (start - held).Sign * (end - held).Sign < 0)
            {
                yield return from + ((held - start) / (end - start) * (to - from));
            }
        }
    }

    private Exact UnboundedBefore(Exact credited)
    {
        var below = Array.FindLast(Bounds, bound => bound < credited);
        var room = Bounds[0] < credited ? credited - below : Exact.One;
        return Limit(credited, -room / (_degree + 2m));
    }

    private Exact UnboundedAfter(Exact credited)
    {
        var above = Array.Find(Bounds, bound => bound > credited);
        var room = Bounds[^1] > credited ? above - credited : Exact.One;
        return Limit(credited, room / (_degree + 2m));
    }

    // A polynomial of degree d follows at any place from d + 1 others at equal distances.
    private Exact Limit(Exact place, Exact step)
    {
        var sum = Exact.Zero;
        var weight = Exact.One;
        for (var i = 1; i <= _degree + 1; i++)
        {
            weight = weight * (_degree + 2m - i) / i;
            var value = Unbounded(place + (step * i)) * weight;
            sum += i % 2 == 1 ? value : -value;
        }

        return sum;
    }

    private Exact Unbounded(Exact credited)
    {
        _tallies[_component.Slot] = _now with { Sum = credited };
        return Pays.Unbounded(_component, _window, _tallies) is { } pay ? pay.ToExact() : Exact.Zero;
    }

    private Exact Within(Exact pay, int counted)
    {
        if (Pays.Unbounded(_component, _window, _tallies) is null)
        {
            return Exact.Zero;
        }

        pay = Cap is { } cap ? Exact.Min(pay, cap) : pay;
        return Floor is { } floor && counted + _now.Counted > 0 ? Exact.Max(pay, floor) : pay;
    }
}
