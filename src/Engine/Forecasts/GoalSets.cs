using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Finds sets of deals: by size, then total amount, then ids.</summary>
internal sealed class GoalSets
{
    private const int AlwaysExact = 20;
    private const int MaxDeals = 64;
    private const int MaxEvaluations = 1 << 18;

    private readonly GoalSums _sums;
    private readonly decimal _goal;
    private readonly Tally[][][] _levels;
    private readonly Tally[][] _bound;
    private readonly List<int> _chosen = [];
    private readonly Dictionary<(int From, int Count), Tally[][]> _largest = [];
    private readonly Dictionary<(int From, int Count), decimal> _least = [];
    private long _left;
    private GoalSet? _found;
    private GoalSet _most;

    private GoalSets(GoalSums sums, decimal goal)
    {
        _sums = sums;
        _goal = goal;
        _levels = [.. Enumerable.Range(0, sums.Deals.Count + 1).Select(_ => sums.None())];
        _bound = sums.None();
        _left = sums.Deals.Count <= AlwaysExact ? long.MaxValue : MaxEvaluations;
        _most = new GoalSet([], sums.Earned(_levels[0]), 0m);
    }

    /// <summary>The first set that earns a goal; or, where none does, the first that earns the most.</summary>
    public static (GoalSet Set, bool Exact) Of(GoalSums sums, decimal goal)
    {
        var all = Enumerable.Range(0, sums.Deals.Count).ToArray();
        if (sums.Rises && sums.EarnedWith(all) < goal)
        {
            goal = sums.EarnedWith(all);
        }

        if (sums.Deals.Count > MaxDeals)
        {
            return (GoalGreed.Of(sums, goal), false);
        }

        var search = new GoalSets(sums, goal);
        search.Run();
        var exact = search._left > 0;
        return (search._found ?? (exact ? search._most : GoalGreed.Of(sums, goal)), exact);
    }

    private void Run()
    {
        if (_most.Earned >= _goal)
        {
            _found = _most;
        }

        for (var size = 1; size <= _sums.Deals.Count && _found is null && _left > 0; size++)
        {
            Choose(0, size, 0m);
        }
    }

    private void Choose(int from, int left, decimal amount)
    {
        var tallies = _levels[_chosen.Count];
        if (left == 0)
        {
            Consider(_sums.Earned(tallies), amount);
            return;
        }

        for (var deal = from; deal <= _sums.Deals.Count - left && _left > 0; deal++)
        {
            if (!CanReach(tallies, deal, left) ||
                (_found is not null && amount + LeastAmount(deal, left) >= _found.Amount))
            {
                return;
            }

            _sums.With(tallies, deal, _levels[_chosen.Count + 1]);
            _chosen.Add(deal);
            Choose(deal + 1, left - 1, amount + _sums.Amounts[deal]);
            _chosen.RemoveAt(_chosen.Count - 1);
        }
    }

    private decimal LeastAmount(int from, int count)
    {
        if (!_least.TryGetValue((from, count), out var least))
        {
            least = _sums.Amounts.Skip(from).Order().Take(count).Sum();
            _least[(from, count)] = least;
        }

        return least;
    }

    private void Consider(decimal earned, decimal amount)
    {
        _left--;
        if (earned >= _goal && (_found is null || amount < _found.Amount))
        {
            _found = new GoalSet([.. _chosen], earned, amount);
        }

        if (earned > _most.Earned ||
            (earned == _most.Earned && _most.Deals.Length == _chosen.Count && amount < _most.Amount))
        {
            _most = new GoalSet([.. _chosen], earned, amount);
        }
    }

    // Where more never earns less: whether the largest of the deals that are left would do.
    private bool CanReach(Tally[][] tallies, int from, int left)
    {
        if (!_sums.Rises)
        {
            return true;
        }

        if (!_largest.TryGetValue((from, left), out var largest))
        {
            var zeros = _bound.Select(group => new Tally[group.Length]).ToArray();
            largest = _sums.None();
            _sums.WithLargest(zeros, from, left, largest);
            _largest[(from, left)] = largest;
        }

        for (var i = 0; i < _bound.Length; i++)
        {
            tallies[i].CopyTo(_bound[i], 0);
            Tally.Add(_bound[i], largest[i]);
        }

        _left--;
        return _sums.Earned(_bound) >= _goal;
    }
}

/// <summary>A set of deals.</summary>
/// <param name="Deals">Places in <see cref="GoalSums.Deals"/>, rising.</param>
/// <param name="Earned">With these closed.</param>
/// <param name="Amount">Of all of them.</param>
internal sealed record GoalSet(ImmutableArray<int> Deals, decimal Earned, decimal Amount);

/// <summary>Takes the deal that earns the most, again and again; then leaves out what is not needed.</summary>
internal static class GoalGreed
{
    public static GoalSet Of(GoalSums sums, decimal goal)
    {
        var left = Enumerable.Range(0, sums.Deals.Count).ToList();
        var chosen = new List<int>();
        var tallies = sums.None();
        var best = Set(sums, chosen);
        while (left.Count > 0 && best.Earned < goal)
        {
            var next = Next(sums, tallies, left);
            sums.With(tallies, next, tallies);
            chosen.Add(next);
            left.Remove(next);
            var earned = sums.Earned(tallies);
            best = earned > best.Earned ? Set(sums, chosen) : best;
        }

        return Trimmed(sums, best, Math.Min(goal, best.Earned));
    }

    private static int Next(GoalSums sums, Tally[][] tallies, List<int> left)
    {
        var with = sums.None();
        var best = (Deal: -1, Earned: 0m);
        foreach (var deal in left)
        {
            sums.With(tallies, deal, with);
            var earned = sums.Earned(with);

            // Of deals that earn nothing yet, the large one brings the next tier nearer.
            if (best.Deal < 0 || earned > best.Earned ||
                (earned == best.Earned && sums.Amounts[deal] > sums.Amounts[best.Deal]))
            {
                best = (deal, earned);
            }
        }

        return best.Deal;
    }

    private static GoalSet Trimmed(GoalSums sums, GoalSet set, decimal goal)
    {
        foreach (var deal in set.Deals.OrderByDescending(deal => sums.Amounts[deal]).ToList())
        {
            var less = Set(sums, set.Deals.Where(other => other != deal));
            set = less.Earned >= goal ? less : set;
        }

        return set;
    }

    private static GoalSet Set(GoalSums sums, IEnumerable<int> deals)
    {
        ImmutableArray<int> chosen = [.. deals.Order()];
        return new GoalSet(chosen, sums.EarnedWith(chosen), chosen.Sum(deal => sums.Amounts[deal]));
    }
}
