namespace Commission.Engine;

/// <summary>Evaluates credits from nothing. Slow and plain: what the incremental books are checked against.</summary>
public static class Evaluator
{
    /// <summary>Evaluates all credits of one payee.</summary>
    /// <param name="assignments">In order of dates, not overlapping.</param>
    /// <param name="credits">In any order; the last entry for a deal stands.</param>
    /// <param name="rates">For deals that are not in plan currency.</param>
    /// <param name="through">Statements are made from the start of each assignment to the period of this day (or the
    /// assignment's end); null: from the period of its first credit to that of its last, as in a conformance case.</param>
    public static Evaluation Evaluate(
        IReadOnlyList<PlanAssignment> assignments,
        IEnumerable<DealCredit> credits,
        CurrencyRates rates,
        DateOnly? through = null) =>
        throw new InvalidOperationException("Not built yet.");
}
