namespace Commission.Engine;

/// <summary>Which fields of deals plans ask for: no other field can matter to what a deal earns.</summary>
public static class AskedFields
{
    /// <summary>The names of fields in the conditions and measures of every version.</summary>
    public static HashSet<string> Of(IEnumerable<PlanAssignment> assignments) => assignments
        .SelectMany(assigned => assigned.Versions)
        .SelectMany(plan => plan.Components)
        .SelectMany(component => component.When.Select(matcher => matcher.Field).Append(component.Measure.Field))
        .OfType<string>()
        .ToHashSet(StringComparer.Ordinal);
}
