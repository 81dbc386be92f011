using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>What a component earned in a span of days.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Component">The component's id.</param>
/// <param name="Currency">Of the plan.</param>
/// <param name="Earned">In it, to the minor unit.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ComponentEarned(string Plan, string Component, Currency Currency, decimal Earned);

/// <summary>What spans of days earned, component by component.</summary>
public static class SpanEarnings
{
    /// <summary>Earned from one day to another by each component of every assignment that the span touches; they add up
    /// to <see cref="RepBooks.EarnedBetween"/>.</summary>
    /// <param name="books">Whose.</param>
    /// <param name="from">First day, inclusive.</param>
    /// <param name="to">Last day, inclusive; not before <paramref name="from"/>.</param>
    public static ImmutableArray<ComponentEarned> EarnedByComponent(this RepBooks books, DateOnly from, DateOnly to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(to, from);
        var sums = ImmutableArray.CreateBuilder<ComponentEarned>();
        foreach (var account in books.Touched(from, to))
        {
            var plan = account.Rules.Versions[^1].Plan;
            var earned = new decimal[account.Rules.Ids.Length];
            Earnings.Between(account.View, account.Rules, from, to, earned);
            for (var slot = 0; slot < earned.Length; slot++)
            {
                sums.Add(new ComponentEarned(plan.Id, account.Rules.Ids[slot], plan.Currency, earned[slot]));
            }
        }

        return sums.ToImmutable();
    }
}
