using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>How a payee stands on one plan.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Version">Effective date of the plan version in force.</param>
/// <param name="Currency">All money below is in it.</param>
/// <param name="Components">In plan order.</param>
/// <param name="Statement">The statement of the period that contains the day asked for, as it stands: earned, paid,
/// owed.</param>
public sealed record Estimate(
    string Plan,
    DateOnly Version,
    Currency Currency,
    ImmutableArray<ComponentEstimate> Components,
    Statement Statement);

/// <summary>One component of an <see cref="Estimate"/>.</summary>
/// <param name="Component">The component's id.</param>
/// <param name="Title">For people.</param>
/// <param name="WindowName">The window that contains the day asked for. Components with deal windows: the statement
/// period.
/// </param>
/// <param name="Window">Its dates.</param>
/// <param name="Credited">Counted in the window, in units of the measure.</param>
/// <param name="Quota">Of this window, prorated, rounded to 6 places; null without one.</param>
/// <param name="Attainment">Credited / quota, rounded to 6 places; null where undefined.</param>
/// <param name="Earned">Earned in the window so far.</param>
/// <param name="PeriodEarned">Earned in the statement period.</param>
/// <param name="Notices">What to know about it.</param>
/// <param name="Next">The next tier or point above what is credited; null where there is none.</param>
public readonly record struct ComponentEstimate(
    string Component,
    string Title,
    string WindowName,
    Window Window,
    decimal Credited,
    decimal? Quota,
    decimal? Attainment,
    decimal Earned,
    decimal PeriodEarned,
    Notices Notices,
    NextTier? Next);

/// <summary>The next tier of a component, before threshold, multipliers, cap and floor.</summary>
/// <param name="At">Where it starts, in units of the measure.</param>
/// <param name="Distance">How much more must be credited to come to <paramref name="At"/>, in units of the measure;
/// rounded up at 6 places. Under <c>at-bound: lower</c> it is reached only beyond that: 0 for a credited total that
/// stands at the bound. Counted from what is credited, also where that is below zero.</param>
/// <param name="Jump">Money paid at once when it is reached: a tier's amount, or what a whole-tier rate adds to the
/// units
/// below it (may be negative). Not rounded to the minor unit.</param>
/// <param name="UnitPays">Money for each unit of the measure beyond it.</param>
public readonly record struct NextTier(decimal At, decimal Distance, decimal Jump, decimal UnitPays);

/// <summary>What a span of days earned on one plan.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Currency">Of the amount.</param>
/// <param name="Amount">Differences of F over the span, all components.</param>
public readonly record struct EarnedSum(string Plan, Currency Currency, decimal Amount);

/// <summary>What a component counted over a span of days, in units of its measure.</summary>
public readonly record struct CreditedSum(string Plan, string Component, decimal Credited);

/// <summary>What recording a deal would do to a payee's figures.</summary>
/// <param name="Deal">What the deal itself earns, in its place in the order: what <see cref="RepBooks.EarnedBy"/>
/// says once the
/// deal is applied.</param>
/// <param name="Change">Change of all that the payee has earned, in the deal's plan currency: the deal's own earning,
/// and what
/// it changes for deals that come after it (or no longer come after it).</param>
/// <param name="Traces">Tier by tier at the deal's place in the order: F before its credit and after it.</param>
public sealed record Preview(
    DealEarning Deal,
    decimal Change,
    ImmutableArray<TraceChange> Traces);

/// <summary>How a component's F comes about before and after a deal's credit.</summary>
public sealed record TraceChange(string Component, Trace Before, Trace After);
