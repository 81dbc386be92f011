using System.Collections.Immutable;
using Commission.Engine;

namespace Commission.Grains.Plans;

/// <summary>What a payee is assigned to, and the plans as they were published. Never changed: payees who have the same
/// plan on the same terms have the same object.</summary>
/// <param name="assignments">In order of dates.</param>
/// <param name="published">For each: of the last publication of its plan that is included, in the tenant's catalog.
/// </param>
public sealed class AssignedPlans(ImmutableArray<PlanAssignment> assignments, ImmutableArray<long> published)
{
    /// <summary>Of a payee without plan.</summary>
    public static readonly AssignedPlans None = new([], []);

    /// <summary>In order of dates.</summary>
    public ImmutableArray<PlanAssignment> Assignments => assignments;

    /// <summary>For each assignment: of the last publication of its plan that is included.</summary>
    public ImmutableArray<long> Published => published;

    /// <summary>All of some, in their order.</summary>
    public static AssignedPlans Of(IReadOnlyList<AssignedPlans> parts) => parts switch
    {
        [] => None,
        [var only] => only,
        _ => new(
            [.. parts.SelectMany(static part => part.Assignments)],
            [.. parts.SelectMany(static part => part.Published)]),
    };
}
