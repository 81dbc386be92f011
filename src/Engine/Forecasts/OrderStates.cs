using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>What subsets of deals add up to, each sum once, and where each deal leads from it.</summary>
/// <remarks>Deals are taken in one by one. A state of the first deals has a way without deal d exactly where d leads
/// somewhere from it; for a later deal e the way of d from (s + e) is that of e from (s + d), so that sums are looked
/// up once a state, not once a state and deal.</remarks>
internal sealed class OrderStates
{
    /// <summary>The most that states × deals may be.</summary>
    public const int MaxSteps = 1 << 20;

    private const int None = -1;

    private readonly int[] _slots;
    private readonly List<Tally[]> _sums = [];
    private readonly List<Step> _made = [];
    private readonly Dictionary<Tally[], int> _known;
    private readonly int[][] _next;
    private readonly Step[][] _via;

    private OrderStates(OrderContext context, int deals)
    {
        var slots = new List<int>();
        foreach (var component in context.Components)
        {
            slots.Add(component.Slot);
        }

        _slots = [.. slots];
        _known = new Dictionary<Tally[], int>(new SameSums());
        _next = new int[deals][];
        _via = new Step[deals][];
        Find([.. _slots.Select(slot => context.Base[slot])], new Step(None, None));
    }

    /// <summary>How many there are; the first is what stands before all deals.</summary>
    public int Count => _sums.Count;

    /// <summary>The states of all subsets of deals.</summary>
    /// <param name="context">In which they stand.</param>
    /// <param name="parts">What each deal adds, by slot.</param>
    /// <returns>Null where there are too many.</returns>
    public static OrderStates? Of(OrderContext context, IReadOnlyList<Tally[]> parts)
    {
        var states = new OrderStates(context, parts.Count);
        for (var deal = 0; deal < parts.Count; deal++)
        {
            if (!states.TakeIn(deal, parts[deal], MaxSteps / parts.Count))
            {
                return null;
            }
        }

        return states;
    }

    /// <summary>The state that a deal leads to; null where every way to the state has the deal already.</summary>
    public int? Next(int state, int deal) => _next[deal][state] is var next and not None ? next : null;

    /// <summary>Writes what a state adds up to, by slot, what stood before all deals included.</summary>
    public void Sums(int state, Span<Tally> into)
    {
        into.Clear();
        for (var i = 0; i < _slots.Length; i++)
        {
            into[_slots[i]] = _sums[state][i];
        }
    }

    /// <summary>Deals that lead to a state without a certain one.</summary>
    public List<int> Way(int state, int without)
    {
        var way = new List<int>();
        while (state != 0)
        {
            var step = _via[without][state] is { Deal: not None } around ? around : _made[state];
            way.Add(step.Deal);
            state = step.From;
        }

        return way;
    }

    private bool TakeIn(int deal, Tally[] part, int most)
    {
        var count = Count;
        var next = new int[count];
        var sum = new Tally[_slots.Length];
        for (var state = 0; state < count; state++)
        {
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] = _sums[state][i] + part[_slots[i]];
            }

            next[state] = Find(sum, new Step(state, deal));
            if (Count > most)
            {
                return false;
            }
        }

        for (var other = 0; other < deal; other++)
        {
            Extend(other, deal, next);
        }

        (_next[deal], _via[deal]) = Grown(next, []);
        return true;
    }

    // Every way of before, and every way of before followed by the new deal.
    private void Extend(int other, int deal, int[] next)
    {
        var old = _next[other];
        var (ways, via) = Grown(old, _via[other]);
        for (var state = 0; state < old.Length; state++)
        {
            if (old[state] != None && ways[next[state]] == None)
            {
                ways[next[state]] = next[old[state]];
                via[next[state]] = new Step(state, deal);
            }
        }

        (_next[other], _via[other]) = (ways, via);
    }

    private (int[] Next, Step[] Via) Grown(int[] next, Step[] via)
    {
        var grown = new int[Count];
        next.CopyTo(grown, 0);
        Array.Fill(grown, None, next.Length, Count - next.Length);
        var steps = new Step[Count];
        via.CopyTo(steps, 0);
        Array.Fill(steps, new Step(None, None), via.Length, Count - via.Length);
        return (grown, steps);
    }

    private int Find(Tally[] sum, Step made)
    {
        if (!_known.TryGetValue(sum, out var state))
        {
            state = Count;
            var kept = sum.ToArray();
            _known.Add(kept, state);
            _sums.Add(kept);
            _made.Add(made);
        }

        return state;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Step(int From, int Deal);

    // F asks only whether anything was counted, not how often.
    private sealed class SameSums : IEqualityComparer<Tally[]>
    {
        public bool Equals(Tally[]? x, Tally[]? y)
        {
            for (var i = 0; i < x!.Length; i++)
            {
                if (x[i].Sum != y![i].Sum || x[i].Counted > 0 != y[i].Counted > 0)
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(Tally[] obj)
        {
            var hash = 17;
            foreach (var tally in obj)
            {
                hash = unchecked((hash * 31) + tally.Sum.GetHashCode());
            }

            return hash;
        }
    }
}
