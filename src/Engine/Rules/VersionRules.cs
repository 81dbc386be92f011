namespace Commission.Engine;

/// <summary>One plan version for one assignment, and the days that it governs there.</summary>
internal sealed class VersionRules
{
    public VersionRules(Plan plan, DateOnly start, DateOnly end, ComponentRules[] components)
    {
        Plan = plan;
        Start = start;
        End = end;
        Components = components;
        foreach (var component in components)
        {
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

    public ComponentRules? InSlot(int slot) => Array.Find(Components, component => component.Slot == slot);

    public Window WindowOf(ComponentRules component, DateOnly day) =>
        Windows.Of(component.Definition.Window, Plan.YearStarts, day);

    public Window PeriodOf(DateOnly day) => Windows.PeriodOf(Plan.Pays, Plan.YearStarts, day);
}
