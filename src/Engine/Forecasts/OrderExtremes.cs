namespace Commission.Engine;

/// <summary>The least and the most that the deals of a context earn.</summary>
internal static class OrderExtremes
{
    /// <summary>Ranges of the context's own deals, by the deals' indices.</summary>
    public static IEnumerable<(int Index, OrderRange Range)> Of(OrderScene scene, OrderContext context, ulong seed)
    {
        var moving = new List<OrderDeal>();
        var parts = new List<Tally[]>();
        foreach (var deal in scene.Deals)
        {
            var part = context.PartOf(deal);
            if (deal.Counts && Array.Exists(part, tally => !tally.Sum.IsZero || tally.Counted > 0))
            {
                moving.Add(deal);
                parts.Add(part);
            }
        }

        foreach (var still in scene.Deals.Where(deal => deal.Context == context && !moving.Contains(deal)))
        {
            var alone = new OrderExtreme(context.EarningOf(still, context.Base), []);
            yield return (still.Index, new OrderRange(still.Id, alone, alone, Exact: true));
        }

        var ranges = OrderStates.Of(context, parts) is { } states
            ? Enumerated(context, moving, states)
            : OrderSamples.Ranges(context, moving, parts, seed);
        foreach (var range in ranges)
        {
            yield return range;
        }
    }

    /// <summary>An extreme at a sum of what stands before.</summary>
    public static OrderExtreme At(
        OrderContext context, OrderDeal deal, ReadOnlySpan<Tally> before, IEnumerable<OrderDeal> after) => new(
        context.EarningOf(deal, before),
        [.. after.OrderBy(other => other.Index).Select(other => other.Id)]);

    private static IEnumerable<(int Index, OrderRange Range)> Enumerated(
        OrderContext context, List<OrderDeal> moving, OrderStates states)
    {
        var values = Values(context, states);
        for (var deal = 0; deal < moving.Count; deal++)
        {
            if (moving[deal].Context == context)
            {
                var (least, most) = Extremes(states, values, deal);
                yield return (moving[deal].Index, new OrderRange(
                    moving[deal].Id,
                    At(context, moving, states, deal, least),
                    At(context, moving, states, deal, most),
                    Exact: true));
            }
        }
    }

    private static decimal[] Values(OrderContext context, OrderStates states)
    {
        var values = new decimal[states.Count];
        var sums = new Tally[context.Base.Length];
        for (var state = 0; state < values.Length; state++)
        {
            states.Sums(state, sums);
            values[state] = context.Value(sums);
        }

        return values;
    }

    private static (int Least, int Most) Extremes(OrderStates states, decimal[] values, int deal)
    {
        int least = 0, most = 0;
        decimal? low = null, high = null;
        for (var state = 0; state < values.Length; state++)
        {
            if (states.Next(state, deal) is { } next)
            {
                var earned = values[next] - values[state];
                (low, least) = low is null || earned < low ? (earned, state) : (low, least);
                (high, most) = high is null || earned > high ? (earned, state) : (high, most);
            }
        }

        return (least, most);
    }

    private static OrderExtreme At(
        OrderContext context, List<OrderDeal> moving, OrderStates states, int deal, int state)
    {
        var before = new Tally[context.Base.Length];
        states.Sums(state, before);
        return At(context, moving[deal], before, states.Way(state, deal).Select(other => moving[other]));
    }
}
