using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>Puts the reasons of a deal's credits together for each payee. There are few of them, but for every deal.
/// </summary>
internal static class CreditsByRep
{
    // More are sorted by comparing fewer.
    private const int Few = 24;

    /// <summary>In ordinal order of payees; the reasons of each in the order in which they are given.</summary>
    /// <param name="reasons">Are sorted in place.</param>
    public static ImmutableArray<RepCredit> Of(List<CreditReason> reasons)
    {
        var sorted = Sorted(reasons);
        var reps = new RepCredit[CountReps(sorted)];
        var from = 0;
        for (var i = 0; i < reps.Length; i++)
        {
            var own = sorted[from..EndOf(sorted, from)];
            from += own.Length;
            reps[i] = new RepCredit(own[0].Rep, LargestShares(own), [.. own]);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(reps);
    }

    /// <summary>By payee; what is of one keeps its order.</summary>
    private static ReadOnlySpan<CreditReason> Sorted(List<CreditReason> reasons)
    {
        if (reasons.Count > Few)
        {
            return reasons.OrderBy(reason => reason.Rep, StringComparer.Ordinal).ToArray();
        }

        var sorted = CollectionsMarshal.AsSpan(reasons);
        for (var i = 1; i < sorted.Length; i++)
        {
            var reason = sorted[i];
            var place = i;
            while (place > 0 && string.CompareOrdinal(sorted[place - 1].Rep, reason.Rep) > 0)
            {
                sorted[place] = sorted[--place];
            }

            sorted[place] = reason;
        }

        return sorted;
    }

    private static int CountReps(ReadOnlySpan<CreditReason> sorted)
    {
        var count = 0;
        for (var i = 0; i < sorted.Length; i = EndOf(sorted, i))
        {
            count++;
        }

        return count;
    }

    private static int EndOf(ReadOnlySpan<CreditReason> sorted, int from)
    {
        var end = from + 1;
        while (end < sorted.Length && sorted[end].Rep == sorted[from].Rep)
        {
            end++;
        }

        return end;
    }

    /// <summary>One entry for each role, in their order.</summary>
    private static ImmutableArray<RoleShare> LargestShares(ReadOnlySpan<CreditReason> reasons)
    {
        if (reasons is [var only])
        {
            return [new RoleShare(only.Role, only.Share)];
        }

        var largest = new SortedDictionary<CreditRole, decimal>();
        foreach (var reason in reasons)
        {
            largest[reason.Role] = Math.Max(reason.Share, largest.GetValueOrDefault(reason.Role, reason.Share));
        }

        return [.. largest.Select(role => new RoleShare(role.Key, role.Value))];
    }
}
