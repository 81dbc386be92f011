using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Why a figure may be less than a payee expects.</summary>
[Flags]
public enum Notices
{
    /// <summary>Nothing to say.</summary>
    None = 0,

    /// <summary><c>no-quota</c>: the component needs an attainment, and the quota is missing or zero; it pays
    /// 0.</summary>
    NoQuota = 1,

    /// <summary><c>no-rate</c>: a deal is in a currency without a rate on its credit date; it counts 0.</summary>
    NoRate = 2,

    /// <summary><c>no-target</c>: the component pays fractions of the payee's own target, which is missing; it pays
    /// 0.</summary>
    NoTarget = 4,
}

/// <summary>Names of <see cref="Notices"/> as the plan format writes them.</summary>
public static class NoticeNames
{
    /// <summary>The names, in the order of the flags: <c>no-quota</c>, <c>no-rate</c>, <c>no-target</c>.</summary>
    public static ImmutableArray<string> Names(this Notices notices)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        Add(Notices.NoQuota, "no-quota");
        Add(Notices.NoRate, "no-rate");
        Add(Notices.NoTarget, "no-target");
        return names.ToImmutable();

        void Add(Notices flag, string name)
        {
            if ((notices & flag) != Notices.None)
            {
                names.Add(name);
            }
        }
    }
}

/// <summary>One component in one of its windows.</summary>
/// <param name="Assignment">The assignment's place in the list evaluated, from 0.</param>
/// <param name="Plan">The plan's id.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Window">The window's name.</param>
/// <param name="Start">First day of the window.</param>
/// <param name="Credited">What was counted, in units of the measure.</param>
/// <param name="Quota">The quota of this window, prorated, rounded to 6 places; null without one.</param>
/// <param name="Attainment">Credited / quota, rounded to 6 places, ties to even; null where undefined.</param>
/// <param name="Earned">Earned in the window, in plan currency.</param>
/// <param name="Notices">What to know about it.</param>
public sealed record WindowResult(
    int Assignment,
    string Plan,
    string Component,
    string Window,
    DateOnly Start,
    decimal Credited,
    decimal? Quota,
    decimal? Attainment,
    decimal Earned,
    Notices Notices);

/// <summary>What a statement period earned and paid, in plan currency.</summary>
/// <param name="Period">The period's name.</param>
/// <param name="Start">First day, inclusive.</param>
/// <param name="End">Last day, inclusive.</param>
/// <param name="Earned">Differences of F over the period, all components.</param>
/// <param name="Paid">After draw and recovery; at least 0.</param>
/// <param name="DrawBalance">What the payee owes after it; at least 0.</param>
public readonly record struct Statement(
    string Period,
    DateOnly Start,
    DateOnly End,
    decimal Earned,
    decimal Paid,
    decimal DrawBalance);

/// <summary>A statement and what it belongs to.</summary>
/// <param name="Assignment">The assignment's place in the list evaluated, from 0.</param>
/// <param name="Plan">The plan's id.</param>
/// <param name="Currency">Of all money in it.</param>
/// <param name="Statement">The statement.</param>
public sealed record StatementResult(int Assignment, string Plan, Currency Currency, Statement Statement);

/// <summary>What one deal counts and earns in one component.</summary>
/// <param name="Component">The component's id.</param>
/// <param name="Credited">What the component counts of the deal, in units of its measure; 0 where it does not count
/// it.</param>
/// <param name="Earned">F after the deal's credit − F before it, in plan currency.</param>
/// <param name="Notices">Such as a currency without a rate.</param>
public readonly record struct ComponentEarning(string Component, decimal Credited, decimal Earned, Notices Notices);

/// <summary>What one deal earns a payee.</summary>
/// <param name="Deal">The deal's id.</param>
/// <param name="Credited">Its credit date.</param>
/// <param name="Plan">The plan in force that day; null where the payee had none: the deal is unassigned and earns
/// nothing.</param>
/// <param name="Currency">The plan's currency; null with <paramref name="Plan"/>.</param>
/// <param name="Components">Every component of the version in force, in plan order; a deal can move a component that
/// does not
/// count it, through a multiplier.</param>
public sealed record DealEarning(
    string Deal,
    DateOnly Credited,
    string? Plan,
    Currency? Currency,
    ImmutableArray<ComponentEarning> Components)
{
    /// <summary>The sum over the components, in plan currency.</summary>
    public decimal Total
    {
        get
        {
            var total = 0m;
            foreach (var component in Components)
            {
                total += component.Earned;
            }

            return total;
        }
    }
}

/// <summary>Everything that a payee's credits come to.</summary>
/// <param name="Windows">Every component in every window that has a credit, by assignment, component and start. Deal
/// windows
/// are in <paramref name="Deals"/>.</param>
/// <param name="Statements">In order of assignments and periods.</param>
/// <param name="Deals">Every assigned won deal, in the order of (credit date, id).</param>
/// <param name="Unassigned">Ids of won deals outside every assignment, in the same order.</param>
public sealed record Evaluation(
    ImmutableArray<WindowResult> Windows,
    ImmutableArray<StatementResult> Statements,
    ImmutableArray<DealEarning> Deals,
    ImmutableArray<string> Unassigned);
