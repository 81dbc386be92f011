using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A payee's time on one plan, with the plan itself.</summary>
/// <param name="Assignment">Dates, quotas, targets and proration.</param>
/// <param name="Versions">The plan's versions, in rising order of <see cref="Plan.Effective"/>; at least one.</param>
public sealed record PlanAssignment(Assignment Assignment, ImmutableArray<Plan> Versions)
{
    private Memo<AssignmentRules> _rules;

    /// <summary>What follows from it for crediting: made once for all payees that share it.</summary>
    internal AssignmentRules Rules => _rules.Value is { } known && known.AreOf(this)
        ? known
        : _rules.Value = new AssignmentRules(this);

    /// <summary>Whether <paramref name="day"/> is inside the assignment; both ends are inclusive.</summary>
    public bool Covers(DateOnly day) =>
        (Assignment.From is not { } from || day >= from) && (Assignment.To is not { } to || day <= to);
}
