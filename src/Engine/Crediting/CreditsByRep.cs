using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Puts the reasons of a deal's credits together for each payee. There are few of them, but for every deal.
/// </summary>
internal static class CreditsByRep
{
    /// <summary>In ordinal order of payees; the reasons of each in the order in which they are given.</summary>
    public static ImmutableArray<RepCredit> Of(List<CreditReason> reasons)
    {
        var reps = ImmutableArray.CreateBuilder<RepCredit>(reasons.Count);
        foreach (var rep in RepsOf(reasons))
        {
            var own = reasons.FindAll(reason => reason.Rep == rep);
            reps.Add(new RepCredit(rep, LargestShares(own), [.. own]));
        }

        return reps.DrainToImmutable();
    }

    private static List<string> RepsOf(List<CreditReason> reasons)
    {
        var reps = new List<string>(reasons.Count);
        foreach (var reason in reasons)
        {
            reps.Add(reason.Rep);
        }

        reps.Sort(StringComparer.Ordinal);
        var count = 0;
        for (var i = 0; i < reps.Count; i++)
        {
            if (count == 0 || reps[i] != reps[count - 1])
            {
                reps[count++] = reps[i];
            }
        }

        reps.RemoveRange(count, reps.Count - count);
        return reps;
    }

    /// <summary>One entry for each role, in their order.</summary>
    private static ImmutableArray<RoleShare> LargestShares(List<CreditReason> reasons)
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
