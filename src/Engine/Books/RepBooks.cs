using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>One payee's credits, indexed so that every figure follows in time that hardly grows with the number of deals. Not safe
/// for concurrent use. Figures always equal <see cref="Evaluator.Evaluate"/> of the same credits, whatever the order of arrival.
/// </summary>
public sealed class RepBooks
{
    /// <summary>Empty books.</summary>
    /// <param name="assignments">In order of dates, not overlapping.</param>
    /// <param name="rates">For deals that are not in plan currency.</param>
    public RepBooks(IReadOnlyList<PlanAssignment> assignments, CurrencyRates rates)
    {
        Assignments = assignments;
        Rates = rates;
    }

    /// <summary>As given.</summary>
    public IReadOnlyList<PlanAssignment> Assignments { get; }

    /// <summary>As given.</summary>
    public CurrencyRates Rates { get; }

    /// <summary>Won deals that are credited, assigned or not.</summary>
    public int DealCount => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>Credits of open deals: the payee's pipeline, in no particular order.</summary>
    public IReadOnlyCollection<DealCredit> Pipeline => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>Ids of won deals outside every assignment, in order of (credit date, id).</summary>
    public ImmutableArray<string> Unassigned => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>Whether a won deal of that id is credited.</summary>
    public bool Contains(string deal) => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>Replaces whatever was known of the deal. A deal that is not won, or has no roles, is not earned; an open one
    /// is kept as pipeline. O(log n).</summary>
    public void Apply(DealCredit credit) => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>How the payee stands on the plan in force on a day; null where none is.</summary>
    public Estimate? Estimate(DateOnly on) => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>Earned from one day to another, both inclusive, by every assignment that the span touches.</summary>
    public ImmutableArray<EarnedSum> EarnedBetween(DateOnly from, DateOnly to) =>
        throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>Counted from one day to another, both inclusive, by every component of every assignment that the span touches.
    /// </summary>
    public ImmutableArray<CreditedSum> CreditedBetween(DateOnly from, DateOnly to) =>
        throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>Statements of the assignment in force on <paramref name="to"/>, from the period of <paramref name="from"/>
    /// (balance 0 before it) to that of <paramref name="to"/>.</summary>
    public ImmutableArray<Statement> Statements(DateOnly from, DateOnly to) =>
        throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>What a credited deal earns; null where no won deal of that id is credited. O(log n).</summary>
    public DealEarning? EarnedBy(string deal) => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>What applying a credit would do, changing nothing. O(log n).</summary>
    public Preview Preview(DealCredit credit) => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>How a component's figure for a window comes about, in the assignment in force at the window's end (or its own
    /// end); null where there is no such component or window.</summary>
    public Trace? Explain(string component, string window) => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");

    /// <summary>The same for the window that contains a day.</summary>
    public Trace? Explain(string component, DateOnly on) => throw new InvalidOperationException($"Not built yet: {Assignments.Count}.");
}
