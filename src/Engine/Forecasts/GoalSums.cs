namespace Commission.Engine;

/// <summary>What a scope earns as a function of which deals are closed.</summary>
internal sealed class GoalSums
{
    private readonly List<(List<GoalTerm> Terms, Tally[] Base, bool[] Holds)> _groups = [];
    private readonly decimal _still;

    public GoalSums(IReadOnlyList<GoalTerm> terms, IReadOnlyList<OrderDeal> deals, Func<OrderDeal, decimal> amountOf)
    {
        Deals = [.. deals.Where(deal => terms.Any(term => Moves(term, deal)))
            .OrderBy(deal => deal.Id, StringComparer.Ordinal)];
        Amounts = [.. Deals.Select(amountOf)];
        foreach (var group in terms.GroupBy(term => (term.Window.Start, term.End)))
        {
            List<GoalTerm> moved = [.. group.Where(term => Deals.Exists(deal => Moves(term, deal)))];
            _still += group.Except(moved).Sum(term => term.Value(term.Tallies));
            if (moved.Count > 0)
            {
                _groups.Add((moved, moved[0].Tallies, [.. Deals.Select(deal => moved[0].Holds(deal.Day))]));
            }
        }

        Rises = _groups.TrueForAll(group => group.Terms.TrueForAll(GoalRising.Is)) &&
            Deals.TrueForAll(deal => Array.TrueForAll(deal.Own, tally => tally.Sum.Sign >= 0));
    }

    /// <summary>Those that can change what is earned, by id.</summary>
    public List<OrderDeal> Deals { get; }

    /// <summary>Of the deals, in plan currency.</summary>
    public decimal[] Amounts { get; }

    /// <summary>Whether closing another deal never earns less.</summary>
    public bool Rises { get; }

    /// <summary>Tallies with no deal closed: those that belong together are one array.</summary>
    public Tally[][] None() => [.. _groups.Select(group => group.Base.ToArray())];

    /// <summary>Writes what tallies become with one more deal.</summary>
    public void With(Tally[][] tallies, int deal, Tally[][] into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            tallies[i].CopyTo(into[i], 0);
            if (_groups[i].Holds[deal])
            {
                Tally.Add(into[i], Deals[deal].Own);
            }
        }
    }

    /// <summary>Raises tallies, each by itself, to what the largest of some deals could make of them.</summary>
    /// <param name="tallies">By group and slot.</param>
    /// <param name="from">The first of the deals that may be chosen.</param>
    /// <param name="count">How many of them are.</param>
    /// <param name="into">Takes the result.</param>
    public void WithLargest(Tally[][] tallies, int from, int count, Tally[][] into)
    {
        for (var i = 0; i < into.Length; i++)
        {
            tallies[i].CopyTo(into[i], 0);
            for (var slot = 0; slot < into[i].Length; slot++)
            {
                into[i][slot] += Largest(i, slot, from, count);
            }
        }
    }

    /// <summary>All that is earned with these tallies.</summary>
    public decimal Earned(Tally[][] tallies)
    {
        var earned = _still;
        for (var i = 0; i < tallies.Length; i++)
        {
            foreach (var term in _groups[i].Terms)
            {
                earned += term.Value(tallies[i]);
            }
        }

        return earned;
    }

    /// <summary>All that is earned with certain deals closed.</summary>
    public decimal EarnedWith(IEnumerable<int> deals)
    {
        var tallies = None();
        foreach (var deal in deals)
        {
            With(tallies, deal, tallies);
        }

        return Earned(tallies);
    }

    private static bool Moves(GoalTerm term, OrderDeal deal)
    {
        for (var slot = 0; slot < deal.Own.Length; slot++)
        {
            if ((!deal.Own[slot].Sum.IsZero || deal.Own[slot].Counted > 0) && term.Reads(slot))
            {
                return term.Holds(deal.Day);
            }
        }

        return false;
    }

    private Tally Largest(int group, int slot, int from, int count)
    {
        Span<Exact> kept = new Exact[count];
        var counted = 0;
        for (var deal = from; deal < Deals.Count; deal++)
        {
            if (_groups[group].Holds[deal])
            {
                var own = Deals[deal].Own[slot];
                counted |= own.Counted;
                Keep(kept, own.Sum);
            }
        }

        var sum = Exact.Zero;
        foreach (var one in kept)
        {
            sum += one;
        }

        return new Tally(sum, counted, 0);
    }

    // The largest come first.
    private static void Keep(Span<Exact> kept, Exact value)
    {
        for (var i = 0; i < kept.Length; i++)
        {
            if (value > kept[i])
            {
                (kept[i], value) = (value, kept[i]);
            }
        }
    }
}
