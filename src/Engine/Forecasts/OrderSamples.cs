namespace Commission.Engine;

/// <summary>Orders to look at where there are too many to look at all.</summary>
internal static class OrderSamples
{
    private const int MaxDealsPlaced = 1 << 15;
    private const int FewestOrders = 16;

    /// <summary>The listed order, its reverse, and seeded random ones; of many deals fewer orders.</summary>
    public static IEnumerable<int[]> Orders(int deals, ulong seed)
    {
        var order = Enumerable.Range(0, deals).ToArray();
        yield return order.ToArray();
        yield return order.Reverse().ToArray();
        var random = new SplitMix64(seed);
        for (var left = Math.Max(FewestOrders, MaxDealsPlaced / Math.Max(1, deals)) - 2; left > 0; left--)
        {
            for (var i = deals - 1; i > 0; i--)
            {
                var j = random.Below(i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }

            yield return order.ToArray();
        }
    }

    /// <summary>The extremes over sampled orders, and over each deal's being the first and the last.</summary>
    public static IEnumerable<(int Index, OrderRange Range)> Ranges(
        OrderContext context, List<OrderDeal> moving, List<Tally[]> parts, ulong seed)
    {
        var found = new Found?[moving.Count];
        foreach (var order in Orders(moving.Count, seed))
        {
            Walk(context, moving, parts, order, found);
        }

        for (var deal = 0; deal < moving.Count; deal++)
        {
            if (moving[deal].Context == context)
            {
                int[] others = [.. Enumerable.Range(0, moving.Count).Where(other => other != deal)];
                Walk(context, moving, parts, [deal, .. others], found, only: deal);
                Walk(context, moving, parts, [.. others, deal], found, only: deal);
                yield return (moving[deal].Index, found[deal]!.Range(context, moving, parts, deal));
            }
        }
    }

    private static void Walk(OrderContext context, List<OrderDeal> moving, List<Tally[]> parts, int[] order,
        Found?[] found, int? only = null)
    {
        var sums = context.Base.ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            var deal = order[i];
            var asked = moving[deal].Context == context && (only is null || only == deal);
            var before = asked ? context.Value(sums) : 0m;
            Tally.Add(sums, parts[deal]);
            if (asked)
            {
                found[deal] = Found.Of(found[deal], context.Value(sums) - before, order, i);
            }
        }
    }

    private sealed record Found(decimal Least, int[] LeastAfter, decimal Most, int[] MostAfter)
    {
        public static Found Of(Found? known, decimal earned, int[] order, int place)
        {
            if (known is null)
            {
                return new Found(earned, order[..place], earned, order[..place]);
            }

            known = earned < known.Least ? known with { Least = earned, LeastAfter = order[..place] } : known;
            return earned > known.Most ? known with { Most = earned, MostAfter = order[..place] } : known;
        }

        public OrderRange Range(
            OrderContext context, List<OrderDeal> moving, List<Tally[]> parts, int deal) => new(
            moving[deal].Id,
            Extreme(context, moving, parts, deal, LeastAfter),
            Extreme(context, moving, parts, deal, MostAfter),
            Exact: false);

        private static OrderExtreme Extreme(
            OrderContext context, List<OrderDeal> moving, List<Tally[]> parts, int deal, int[] after)
        {
            var sums = context.Base.ToArray();
            foreach (var other in after)
            {
                Tally.Add(sums, parts[other]);
            }

            return OrderExtremes.At(context, moving[deal], sums, after.Select(other => moving[other]));
        }
    }
}
