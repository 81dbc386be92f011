using System.Runtime.ExceptionServices;

namespace Commission.Engine;

/// <summary>Works out what the components count of a credit.</summary>
/// <param name="at">Which credit, from 0 in order of their places.</param>
/// <param name="tallies">Takes it, by slot.</param>
/// <returns>The credit's place.</returns>
internal delegate Place CountCredit(int at, Tally[] tallies);

/// <summary>Makes a <see cref="CreditTree"/> of credits that are in order, in O(n).</summary>
internal static class CreditTreeBuilder
{
    // Below, to share the work takes longer than it saves.
    private const int FewLeaves = 128;

    /// <summary>The tree of all credits.</summary>
    /// <param name="slots">Tallies of each credit.</param>
    /// <param name="count">How many credits.</param>
    /// <param name="credit">Called once for each credit, of many credits by several threads at a time.</param>
    public static CreditTree Of(int slots, int count, CountCredit credit)
    {
        var leaves = new CreditNode[(count + CreditLeaf.MaxCredits - 1) / CreditLeaf.MaxCredits];
        if (leaves.Length >= FewLeaves)
        {
            FillShared(leaves, slots, count, credit);
            return Joined(slots, count, leaves);
        }

        for (var at = 0; at < leaves.Length; at++)
        {
            leaves[at] = LeafOf(slots, at * CreditLeaf.MaxCredits, count, credit);
        }

        return Joined(slots, count, leaves);
    }

    private static void FillShared(CreditNode[] leaves, int slots, int count, CountCredit credit)
    {
        try
        {
            Parallel.For(0, leaves.Length, at =>
                leaves[at] = LeafOf(slots, at * CreditLeaf.MaxCredits, count, credit));
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }

    private static CreditLeaf LeafOf(int slots, int first, int count, CountCredit credit)
    {
        // Most payees of many have few credits: no more room than those take.
        var leaf = new CreditLeaf(slots, Math.Min(count - first, CreditLeaf.MaxCredits));
        var tallies = new Tally[slots];
        for (var at = first; at < count && leaf.Count < CreditLeaf.MaxCredits; at++)
        {
            var place = credit(at, tallies);
            leaf.Append(place, tallies);
        }

        return leaf;
    }

    private static CreditTree Joined(int slots, int count, CreditNode[] nodes)
    {
        while (nodes.Length > 1)
        {
            nodes =
            [
                .. nodes.Chunk(CreditBranch.MaxChildren)
                    .Select(children => children.Length == 1 ? children[0] : new CreditBranch(slots, children)),
            ];
        }

        return nodes.Length == 0 ? new CreditTree(slots) : new CreditTree(slots, nodes[0], count);
    }
}
