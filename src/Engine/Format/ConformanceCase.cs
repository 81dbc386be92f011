using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A worked example: what credits under a plan must earn.</summary>
/// <param name="Id">Unique in its file.</param>
/// <param name="Source">Where the figures come from; empty where not given.</param>
/// <param name="Category">What the example shows; empty where not given.</param>
/// <param name="Plans">The versions of one plan, at least one, in order of <see cref="Plan.Effective"/>.</param>
/// <param name="Assignment">The payee's time on the plan.</param>
/// <param name="Credits">In the order written; one entry for each deal, with all of the payee's roles on it.</param>
/// <param name="Expect">The figures, or null where the case only asks for them.</param>
public sealed record ConformanceCase(
    string Id,
    string Source,
    string Category,
    ImmutableArray<Plan> Plans,
    Assignment Assignment,
    ImmutableArray<DealCredit> Credits,
    Expectations? Expect);

/// <summary>The figures that a case's source published; what is null or not listed is not checked.</summary>
/// <param name="Windows">Windows of more than one deal.</param>
/// <param name="Statements">Statement periods.</param>
/// <param name="Deals">What single deals earn.</param>
public sealed record Expectations(
    ImmutableArray<ExpectedWindow> Windows,
    ImmutableArray<ExpectedStatement> Statements,
    ImmutableArray<ExpectedDeal> Deals);

/// <summary>What one component reaches in one window.</summary>
/// <param name="Component">The component's id.</param>
/// <param name="Window">The window's name: <c>2026</c>, <c>2026-H1</c>, <c>2026-Q1</c>, <c>2026-01</c>.</param>
/// <param name="Credited">Total of the measure.</param>
/// <param name="Attainment">A fraction of the quota, compared at 6 places.</param>
/// <param name="Earned">In plan currency, compared exactly.</param>
public sealed record ExpectedWindow(
    string Component, string Window, decimal? Credited, decimal? Attainment, decimal? Earned);

/// <summary>What one statement says, in plan currency.</summary>
/// <param name="Period">Named like a window.</param>
/// <param name="Earned">Before the draw.</param>
/// <param name="Paid">After the draw.</param>
/// <param name="DrawBalance">What the payee owes after it.</param>
public sealed record ExpectedStatement(string Period, decimal? Earned, decimal? Paid, decimal? DrawBalance);

/// <summary>What one deal earns by one component, in plan currency.</summary>
public sealed record ExpectedDeal(string Deal, string Component, decimal? Earned);
