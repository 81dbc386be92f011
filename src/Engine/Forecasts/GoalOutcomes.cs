using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Which earnings are to reach a goal. Both are figures of <see cref="RepBooks.Estimate"/> for the day asked
/// for.</summary>
public enum GoalScope
{
    /// <summary>The sum of <see cref="ComponentEstimate.Earned"/> over all components of the plan version in force:
    /// what each has earned in its window that contains the day; components with deal windows: in the statement
    /// period.</summary>
    Windows,

    /// <summary><see cref="Statement.Earned"/> of the statement period that contains the day, before any draw.
    /// </summary>
    Period,
}

/// <summary>Why a goal cannot be reached by more of a measure.</summary>
public enum GoalObstacle
{
    /// <summary>No amount earns more than is earned without any.</summary>
    PaysNothing,

    /// <summary>A cap of a component that the measure moves holds the most that can be earned.</summary>
    Capped,

    /// <summary>From some amount on nothing more is earned: the last point of a curve, the last flat tier.</summary>
    FlatBeyond,

    /// <summary>The most is earned at an amount beyond which less is earned.</summary>
    Falls,

    /// <summary>It still rises at the end of the search.</summary>
    BeyondSearch,
}

/// <summary>How much more of a measure earns a goal: one of a closed set. Money is in plan currency, amounts are in
/// units of the measure.</summary>
public abstract record MeasureGoal
{
    private MeasureGoal()
    {
    }

    /// <summary>The goal is reached as things stand.</summary>
    /// <param name="Earned">At least the goal.</param>
    public sealed record Reached(decimal Earned) : MeasureGoal;

    /// <summary>This much more reaches it.</summary>
    /// <param name="More">A multiple of the step, above 0.</param>
    /// <param name="Earned">With it: at least the goal.</param>
    /// <param name="Exact">Whether no smaller multiple of the step reaches it; false only where the search was cut
    /// short.</param>
    public sealed record Needs(decimal More, decimal Earned, bool Exact) : MeasureGoal;

    /// <summary>No amount within the search reaches it.</summary>
    /// <param name="Most">The most that is earned with any amount, or as things stand.</param>
    /// <param name="At">The least amount that earns it; 0: as things stand.</param>
    /// <param name="Why">What stands in the way.</param>
    /// <param name="Exact">Whether that is proven; false only where the search was cut short.</param>
    public sealed record Unreachable(decimal Most, decimal At, GoalObstacle Why, bool Exact) : MeasureGoal;

    /// <summary>No plan is in force on the day.</summary>
    public sealed record NoPlan : MeasureGoal;

    /// <summary>The plan version in force on the day has no component of that id.</summary>
    public sealed record NoComponent : MeasureGoal;
}

/// <summary>Which open deals to close to earn a goal: one of a closed set. Money is in plan currency.</summary>
public abstract record DealsGoal
{
    private DealsGoal()
    {
    }

    /// <summary>The goal is reached without any of them.</summary>
    /// <param name="Earned">At least the goal.</param>
    public sealed record Reached(decimal Earned) : DealsGoal;

    /// <summary>Closing these reaches it.</summary>
    /// <param name="Deals">Ids in ordinal order: as few as possible; of those with the least total amount; of those
    /// first in ordinal order.</param>
    /// <param name="Earned">With exactly these closed: at least the goal.</param>
    /// <param name="Exact">False: found greedily, and a smaller set may do.</param>
    public sealed record Needs(ImmutableArray<string> Deals, decimal Earned, bool Exact) : DealsGoal;

    /// <summary>No set of them reaches it.</summary>
    /// <param name="Most">The most that is earned by closing any set of them, or none.</param>
    /// <param name="Deals">A set that earns it, chosen as in <see cref="Needs"/>; not always all of them, for a deal
    /// may be negative and a tier may fall.</param>
    /// <param name="All">What closing all of them earns.</param>
    /// <param name="Exact">False: the most that was found greedily; some set may earn more, or even the goal.</param>
    public sealed record Unreachable(decimal Most, ImmutableArray<string> Deals, decimal All, bool Exact) : DealsGoal;

    /// <summary>No plan is in force on the day.</summary>
    public sealed record NoPlan : DealsGoal;
}
