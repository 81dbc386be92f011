using System.Collections.Concurrent;
using System.Collections.Immutable;
using Commission.Engine;

namespace Commission.Grains.Plans;

/// <summary>A plan as it was published. Safe for concurrent use.</summary>
/// <param name="versions">In order of their effective days.</param>
/// <param name="sequence">Of the last publication, in the tenant's catalog; 0 without one.</param>
public sealed class PlanVersions(ImmutableArray<Plan> versions, long sequence)
{
    private const int MostShared = 50_000;
    private ConcurrentDictionary<Assignment, AssignedPlans>? _assigned;

    /// <summary>In order of their effective days.</summary>
    public ImmutableArray<Plan> Versions => versions;

    /// <summary>Of the last publication, in the tenant's catalog; 0 without one.</summary>
    public long Sequence => sequence;

    /// <summary>The plan for an assignment: one for all payees who have it on the same terms, so that what follows from
    /// terms and plan is worked out, and held in memory, once.</summary>
    public AssignedPlans For(Assignment assignment)
    {
        var shared = LazyInitializer.EnsureInitialized(ref _assigned, static () => new(AssignmentComparer.Instance));
        if (shared.TryGetValue(assignment, out var known))
        {
            return known;
        }

        if (shared.Count >= MostShared)
        {
            // Terms that nobody has any more may be among them. Who has one keeps it.
            shared.Clear();
        }

        return shared.GetOrAdd(
            assignment, new AssignedPlans([new PlanAssignment(assignment, versions)], [sequence]));
    }
}
