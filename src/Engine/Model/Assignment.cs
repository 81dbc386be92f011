using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A payee's time on one plan.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="From">First day, inclusive; null only in a conformance case: from the beginning of time.</param>
/// <param name="To">Last day, inclusive; null: open.</param>
/// <param name="Quotas">By quota name.</param>
/// <param name="Targets">Target pay by component id, for curves and matrices with <c>target: rep</c>.</param>
/// <param name="Prorate">Whether partly assigned windows shrink quotas, targets, caps and floors.</param>
public sealed record Assignment(
    string Plan,
    DateOnly? From,
    DateOnly? To,
    ImmutableDictionary<string, Quota> Quotas,
    ImmutableDictionary<string, decimal> Targets,
    Proration Prorate);

/// <summary>What is expected of a payee in each window.</summary>
/// <param name="Window">Must be that of the components that use it.</param>
public abstract record Quota(WindowKind Window)
{
    /// <summary>The same in every window.</summary>
    public sealed record Same(WindowKind Window, decimal Amount) : Quota(Window);

    /// <summary>One window at a time, by window name; a window that is not named has no quota.</summary>
    public sealed record Named(WindowKind Window, ImmutableDictionary<string, decimal> Amounts) : Quota(Window);

    /// <summary>A year's quota spread over its windows.</summary>
    /// <param name="Window">The window spread over.</param>
    /// <param name="Amount">The year's quota.</param>
    /// <param name="Shares">Fractions in the order of the windows of the fiscal year; empty: evenly, exactly.</param>
    public sealed record Yearly(WindowKind Window, decimal Amount, ImmutableArray<decimal> Shares) : Quota(Window);
}
