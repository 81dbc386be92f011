using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What the deals of an assignment earn together. Windows that hold deals of one plan version give the same
/// in every order; only the steps in other windows are compared.</summary>
internal static class OrderTotals
{
    private const int MaxDeals = 16;

    public static IEnumerable<OrderTotal> Of(OrderScene scene, ulong seed) =>
        scene.Sums(scene.InOrder()).Zip(scene.Accounts(), (sum, account) => Of(scene, account, sum, seed));

    private static OrderTotal Of(OrderScene scene, Account account, EarnedSum sum, ulong seed)
    {
        var steps = new OrderSteps(scene, account);
        var all = scene.Deals.Where(deal => deal.Context?.Account == account).ToList();
        if (steps.Deals.Count == 0)
        {
            ImmutableArray<string> listed = [.. all.Select(deal => deal.Id)];
            return new OrderTotal(sum.Plan, sum.Currency, sum.Amount, listed, sum.Amount, listed, Exact: true);
        }

        var still = sum.Amount - steps.Along([.. Enumerable.Range(0, steps.Deals.Count)]);
        var exact = steps.Deals.Count <= MaxDeals;
        var (least, most) = exact ? Enumerated(steps) : Sampled(steps, seed);
        return new OrderTotal(
            sum.Plan, sum.Currency, still + least.Sum, Order(least), still + most.Sum, Order(most), exact);

        ImmutableArray<string> Order(Walked walked) =>
        [
            .. all.Except(steps.Deals).Select(deal => deal.Id),
            .. walked.Order.Select(deal => steps.Deals[deal].Id),
        ];
    }

    private static (Walked Least, Walked Most) Sampled(OrderSteps steps, ulong seed)
    {
        Walked? least = null, most = null;
        foreach (var order in OrderSamples.Orders(steps.Deals.Count, seed))
        {
            var sum = steps.Along(order);
            least = least is null || sum < least.Sum ? new Walked(sum, order) : least;
            most = most is null || sum > most.Sum ? new Walked(sum, order) : most;
        }

        return (least!, most!);
    }

    // What a subset has earned at best follows from the subsets with one deal less.
    private static (Walked Least, Walked Most) Enumerated(OrderSteps steps)
    {
        var count = steps.Deals.Count;
        var values = steps.Values();
        var least = new (decimal Sum, int Last)[1 << count];
        var most = new (decimal Sum, int Last)[1 << count];
        for (var set = 1; set < least.Length; set++)
        {
            (least[set], most[set]) = ((decimal.MaxValue, -1), (decimal.MinValue, -1));
            for (var deal = 0; deal < count; deal++)
            {
                var before = set & ~(1 << deal);
                if (before != set)
                {
                    var own = values[deal][set] - values[deal][before];
                    least[set] = Better(least[set], (least[before].Sum + own, deal), -1);
                    most[set] = Better(most[set], (most[before].Sum + own, deal), 1);
                }
            }
        }

        return (Back(least), Back(most));
    }

    private static (decimal Sum, int Last) Better(
        (decimal Sum, int Last) known, (decimal Sum, int Last) next, int sign) =>
        next.Sum.CompareTo(known.Sum) * sign > 0 ? next : known;

    private static Walked Back((decimal Sum, int Last)[] sets)
    {
        var order = new List<int>();
        for (var set = sets.Length - 1; set > 0; set &= ~(1 << sets[set].Last))
        {
            order.Add(sets[set].Last);
        }

        order.Reverse();
        return new Walked(sets[^1].Sum, [.. order]);
    }

    private sealed record Walked(decimal Sum, int[] Order);
}

/// <summary>The steps of an assignment's deals in windows that hold deals of several plan versions.</summary>
internal sealed class OrderSteps
{
    private readonly Dictionary<OrderContext, (bool[] Chosen, Tally[][] Parts)> _mixed = [];

    public OrderSteps(OrderScene scene, Account account)
    {
        var counted = scene.Deals.Where(deal => deal.Counts && deal.Context?.Account == account).ToList();
        var found = new HashSet<OrderDeal>();
        foreach (var context in scene.Contexts.Where(context => context.Account == account))
        {
            bool[] chosen = [.. context.Windows.Select(window => IsMixed(context, window, counted))];
            if (Array.IndexOf(chosen, true) >= 0)
            {
                _mixed[context] = (chosen, []);
                found.UnionWith(counted.Where(deal => context.Windows.Where((window, i) => chosen[i])
                    .Any(window => window.Contains(deal.Day))));
            }
        }

        Deals = [.. found.OrderBy(deal => deal.Index)];
        foreach (var (context, mixed) in _mixed.ToList())
        {
            _mixed[context] = (mixed.Chosen, [.. Deals.Select(context.PartOf)]);
        }
    }

    /// <summary>Deals in such windows, as listed.</summary>
    public IReadOnlyList<OrderDeal> Deals { get; }

    /// <summary>What the deals earn there in an order of their places in <see cref="Deals"/>.</summary>
    public decimal Along(int[] order)
    {
        var sums = _mixed.Keys.ToDictionary(context => context, context => context.Base.ToArray());
        var earned = 0m;
        foreach (var deal in order)
        {
            foreach (var (context, (chosen, parts)) in _mixed)
            {
                var asked = Deals[deal].Context == context;
                earned -= asked ? context.Value(sums[context], chosen) : 0m;
                Tally.Add(sums[context], parts[deal]);
                earned += asked ? context.Value(sums[context], chosen) : 0m;
            }
        }

        return earned;
    }

    /// <summary>For each deal, F in the deal's context of every subset of the deals, as bits.</summary>
    public decimal[][] Values()
    {
        var none = new decimal[1 << Deals.Count];
        var values = new Dictionary<OrderContext, decimal[]>();
        foreach (var (context, (chosen, parts)) in _mixed)
        {
            values[context] = new decimal[none.Length];
            Fill(context, chosen, parts, 0, 0, context.Base, values[context]);
        }

        return [.. Deals.Select(deal => values.GetValueOrDefault(deal.Context!, none))];
    }

    private static bool IsMixed(OrderContext context, Window window, List<OrderDeal> counted) => counted.Exists(
        deal => deal.Context!.Version != context.Version && window.Contains(deal.Day));

    private static void Fill(OrderContext context, bool[] chosen, Tally[][] parts, int deal, int set,
        ReadOnlySpan<Tally> sums, decimal[] values)
    {
        if (deal == parts.Length)
        {
            values[set] = context.Value(sums, chosen);
            return;
        }

        Fill(context, chosen, parts, deal + 1, set, sums, values);
        using var with = new Scratch(sums.Length);
        sums.CopyTo(with.Tallies);
        Tally.Add(with.Tallies, parts[deal]);
        Fill(context, chosen, parts, deal + 1, set | (1 << deal), with.Tallies, values);
    }
}
