namespace Commission.Engine;

/// <summary>One plan version for one assignment, and the days that it governs there.</summary>
internal sealed class VersionRules
{
    private readonly int _kinds;

    public VersionRules(Plan plan, DateOnly start, DateOnly end, ComponentRules[] components)
    {
        Plan = plan;
        Start = start;
        End = end;
        Components = components;
        foreach (var component in components)
        {
            _kinds |= 1 << (int)component.Definition.Window;
            component.Link(Find);
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

    public ComponentRules? InSlot(int slot)
    {
        // That of a plan's first version is at its own place; behind it, components may have come and gone.
        if (slot < Components.Length && Components[slot].Slot == slot)
        {
            return Components[slot];
        }

        foreach (var component in Components)
        {
            if (component.Slot == slot)
            {
                return component;
            }
        }

        return null;
    }

    /// <summary>Whether any component has windows of a kind.</summary>
    public bool Has(WindowKind kind) => (_kinds & (1 << (int)kind)) != 0;

    public Window WindowOf(ComponentRules component, DateOnly day) =>
        Windows.Of(component.Definition.Window, Plan.YearStarts, day);

    public bool Governs(DateOnly day) => day >= Start && day <= End;

    public string NameOf(Window window) => Plan.NameOf(window);

    public Window PeriodOf(DateOnly day) => Windows.PeriodOf(Plan.Pays, Plan.YearStarts, day);
}
