namespace Commission.Engine;

/// <summary>One plan version for one assignment, and the days that it governs there.</summary>
internal sealed class VersionRules
{
    private readonly int _kinds;
    private readonly ComponentRules?[] _bySlot;
    private readonly (Window Window, string? Name)[] _named = new (Window, string?)[(int)WindowKind.Year + 1];

    public VersionRules(Plan plan, DateOnly start, DateOnly end, ComponentRules[] components)
    {
        Plan = plan;
        Start = start;
        End = end;
        Components = components;
        _bySlot = new ComponentRules?[components.Length == 0 ? 0 : components.Max(component => component.Slot) + 1];
        foreach (var component in components)
        {
            _kinds |= 1 << (int)component.Definition.Window;
            component.Link(Find);
            _bySlot[component.Slot] ??= component;
        }
    }

    public Plan Plan { get; }

    /// <summary>First day that it governs.</summary>
    public DateOnly Start { get; }

    /// <summary>Last day that it governs.</summary>
    public DateOnly End { get; }

    public ComponentRules[] Components { get; }

    public ComponentRules? Find(string id) =>
        Array.Find(Components, component => string.Equals(component.Definition.Id, id, StringComparison.Ordinal));

    public ComponentRules? InSlot(int slot) => slot < _bySlot.Length ? _bySlot[slot] : null;

    /// <summary>Whether any component has windows of a kind.</summary>
    public bool Has(WindowKind kind) => (_kinds & (1 << (int)kind)) != 0;

    public Window WindowOf(ComponentRules component, DateOnly day) =>
        Windows.Of(component.Definition.Window, Plan.YearStarts, day);

    public bool Governs(DateOnly day) => day >= Start && day <= End;

    /// <summary>The window's name; that of the last one asked for of each kind is kept.</summary>
    public string NameOf(Window window)
    {
        ref var last = ref _named[(int)window.Kind];
        if (last.Name is null || last.Window != window)
        {
            last = (window, window.Name(Plan.YearStarts));
        }

        return last.Name!;
    }

    public Window PeriodOf(DateOnly day) => Windows.PeriodOf(Plan.Pays, Plan.YearStarts, day);
}
