using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What a plan would have paid at an attainment.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Currency">All money below is in it.</param>
/// <param name="Attainment">That asked for; 1 is 100 % of quota.</param>
/// <param name="Components">In plan order.</param>
/// <param name="Total">The sum over the components, whatever the lengths of their windows.</param>
public sealed record PayAtAttainment(
    string Plan,
    Currency Currency,
    decimal Attainment,
    ImmutableArray<ComponentPay> Components,
    decimal Total);

/// <summary>One component of a <see cref="PayAtAttainment"/>.</summary>
/// <param name="Component">The component's id.</param>
/// <param name="WindowName">The window that contains the day asked for; with deal windows the statement
/// period.</param>
/// <param name="Credited">Attainment × quota where it has a quota, else as it stands; in units of the measure, to as
/// many places as a decimal holds.</param>
/// <param name="Quota">Of this window, prorated, rounded to 6 places; null without one.</param>
/// <param name="Earned">In the window, rounded to the minor unit as always.</param>
/// <param name="Notices">What to know about it.</param>
public readonly record struct ComponentPay(
    string Component,
    string WindowName,
    decimal Credited,
    decimal? Quota,
    decimal Earned,
    Notices Notices);

/// <summary>A point of an attainment curve.</summary>
/// <param name="Attainment">1 is 100 % of quota.</param>
/// <param name="Credited">The same in units of the measure.</param>
/// <param name="Earned">In the window, in plan currency, before rounding to the minor unit. All three to as many
/// places as a decimal holds.</param>
public readonly record struct AttainmentPoint(decimal Attainment, decimal Credited, decimal Earned);

/// <summary>What one more unit pays.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Currency">All money below is in it.</param>
/// <param name="Components">In plan order.</param>
/// <param name="Money">What the next unit of plan currency pays: the sum of <see cref="NextUnit.OfMoney"/>.</param>
public sealed record NextUnits(string Plan, Currency Currency, ImmutableArray<NextUnit> Components, decimal Money);

/// <summary>What one more unit pays by one component. F here is before rounding to the minor unit, and includes
/// threshold, multipliers, cap and floor.</summary>
/// <param name="Component">The component's id.</param>
/// <param name="Credited">Where it stands, in units of its measure; 0 with deal windows, as a new deal begins a
/// window.</param>
/// <param name="Pays">F(credited + 1) − F(credited): what one more unit of this component's own measure pays in this
/// component.</param>
/// <param name="Rate">Money for each unit directly above <paramref name="Credited"/>, up to the next bound or the end
/// of the unit; an average where a multiplier curved by the component itself bends F in between.</param>
/// <param name="Jump">The part of <paramref name="Pays"/> that is paid at once at bounds which the unit
/// crosses or leaves.</param>
/// <param name="Others">What that same unit changes in the plan's other components, through multipliers, gates and
/// matrices.</param>
/// <param name="OfMoney">What this component pays more where one more unit of plan currency is credited in full to
/// every component that measures <c>amount</c>.</param>
public readonly record struct NextUnit(
    string Component,
    decimal Credited,
    decimal Pays,
    decimal Rate,
    decimal Jump,
    decimal Others,
    decimal OfMoney);
