using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What deals earn in a declared order.</summary>
/// <param name="Deals">In the declared order. What each earns, by component of the plan version in force on its credit
/// date; a deal outside every assignment has no plan and no components.</param>
/// <param name="Totals">The sum over the deals, one entry for each assignment that they fall into, in order of
/// dates.</param>
public sealed record OrderPreview(ImmutableArray<DealEarning> Deals, ImmutableArray<EarnedSum> Totals);

/// <summary>The least or the most that a deal earns over orders, and an order in which it does.</summary>
/// <param name="Earning">By component; the total is the extreme, a component's part need not be.</param>
/// <param name="After">Ids of the other deals that stand before it in such an order, as listed by the caller; the
/// order among them does not matter. Deals that cannot change what it earns are left out, and may stand
/// anywhere.</param>
public sealed record OrderExtreme(DealEarning Earning, ImmutableArray<string> After);

/// <summary>What a deal earns over orders.</summary>
/// <param name="Deal">The deal's id.</param>
/// <param name="Least">Attained.</param>
/// <param name="Most">Attained.</param>
/// <param name="Exact">True: over all orders. False: over those sampled, and some order may give less or more.</param>
public sealed record OrderRange(string Deal, OrderExtreme Least, OrderExtreme Most, bool Exact);

/// <summary>What the deals of one assignment earn together over orders. It is the same in all orders, unless a window
/// holds deals of several plan versions: only there does it matter under which version a tier is reached.</summary>
/// <param name="Plan">The plan's id.</param>
/// <param name="Currency">Of both sums.</param>
/// <param name="Least">The least total.</param>
/// <param name="LeastOrder">Ids of the assignment's deals in an order that gives it.</param>
/// <param name="Most">The most.</param>
/// <param name="MostOrder">Ids in an order that gives it.</param>
/// <param name="Exact">False: over sampled orders only.</param>
public sealed record OrderTotal(
    string Plan,
    Currency Currency,
    decimal Least,
    ImmutableArray<string> LeastOrder,
    decimal Most,
    ImmutableArray<string> MostOrder,
    bool Exact);

/// <summary>What deals earn over all orders of them.</summary>
/// <param name="Deals">As listed by the caller.</param>
/// <param name="Totals">One entry for each assignment that they fall into, in order of dates.</param>
public sealed record OrderRanges(ImmutableArray<OrderRange> Deals, ImmutableArray<OrderTotal> Totals)
{
    /// <summary>Whether every figure is over all orders, none over sampled ones.</summary>
    public bool Exact => Deals.All(deal => deal.Exact) && Totals.All(total => total.Exact);
}

/// <summary>What several new, changed or open deals earn, and how the order in which they close matters.</summary>
/// <remarks>
/// Each deal keeps the windows of its own credit date. Among the given deals the declared order stands in place of
/// (credit date, deal id). Before the first of them stands, in each window, everything that the books credit there
/// from the window's first day through the last credit date of the given deals in that window. So the deals of one
/// window and one plan version add up, in any order, to F with all of them − F without. A given deal that the books
/// credit already is taken out first; one that is open counts as if it were won; one that is lost, cancelled or
/// without roles earns nothing and moves nothing. What the deals change for credits that come after them is not told:
/// see <see cref="RepBooks.Preview"/>. The books are not changed.
/// </remarks>
public static class OrderPreviews
{
    /// <summary>What the deals earn in the order in which they are listed.</summary>
    /// <param name="books">The payee's.</param>
    /// <param name="deals">In the declared order.</param>
    /// <returns>For n deals in m different sets of windows in O(n × m + n log credits).</returns>
    /// <exception cref="ArgumentException">A deal is listed twice.</exception>
    public static OrderPreview PreviewInOrder(this RepBooks books, IReadOnlyList<DealCredit> deals)
    {
        var scene = new OrderScene(books, deals);
        var earnings = scene.InOrder();
        return new OrderPreview(earnings, scene.Sums(earnings));
    }

    /// <summary>The least and the most that each deal, and all together, earn over all orders of the deals.</summary>
    /// <remarks>A deal's own earning depends only on which others stand before it in its windows. So subsets are
    /// enumerated, not orders, and subsets that add up to the same are one state. Exact while (states × deals) is at
    /// most 2^20 for each set of windows: always for 16 deals, and for far more where amounts are alike. Beyond that,
    /// sampled orders bound the figures from inside, and the result says so.</remarks>
    /// <param name="books">The payee's.</param>
    /// <param name="deals">In any order; ties are broken by it.</param>
    /// <param name="seed">Chooses the orders that are sampled where enumeration would be too long.</param>
    /// <returns>For m states in O(m × (n² + components)) for each set of windows.</returns>
    /// <exception cref="ArgumentException">A deal is listed twice.</exception>
    public static OrderRanges PreviewOrders(
        this RepBooks books, IReadOnlyList<DealCredit> deals, ulong seed = 0)
    {
        var scene = new OrderScene(books, deals);
        var ranges = new OrderRange[deals.Count];
        foreach (var deal in scene.Deals.Where(deal => deal.Context is null))
        {
            var nothing = new OrderExtreme(OrderScene.Nothing(deal), []);
            ranges[deal.Index] = new OrderRange(deal.Id, nothing, nothing, Exact: true);
        }

        foreach (var context in scene.Contexts)
        {
            foreach (var (index, range) in OrderExtremes.Of(scene, context, seed))
            {
                ranges[index] = range;
            }
        }

        return new OrderRanges(ImmutableArray.Create(ranges), [.. OrderTotals.Of(scene, seed)]);
    }
}
