namespace Commission.Engine;

/// <summary>Up to <see cref="MaxChildren"/> nodes in order, with the sum of each.</summary>
internal sealed class CreditBranch : CreditNode
{
    public const int MaxChildren = 16;

    private readonly int _slots;
    private readonly CreditNode[] _children = new CreditNode[MaxChildren];
    private readonly Place[] _firsts = new Place[MaxChildren];
    private readonly Tally[] _sums;

    public CreditBranch(int slots, params ReadOnlySpan<CreditNode> children)
    {
        _slots = slots;
        _sums = new Tally[MaxChildren * slots];
        foreach (var child in children)
        {
            _children[Count] = child;
            Count++;
            Measure(Count - 1);
        }
    }

    public override Place First => _firsts[0];

    public override CreditNode? Insert(Place place, ReadOnlySpan<Tally> tallies)
    {
        var at = ChildOf(place);
        var right = _children[at].Insert(place, tallies);
        if (right is null)
        {
            Tally.Add(SumOf(at), tallies);
            _firsts[at] = _children[at].First;
            return null;
        }

        Measure(at);
        if (Count < MaxChildren)
        {
            InsertAt(at + 1, right);
            return null;
        }

        return Split(at + 1, right);
    }

    public override bool Remove(Place place, Span<Tally> removed)
    {
        var at = ChildOf(place);
        if (!_children[at].Remove(place, removed))
        {
            return false;
        }

        if (_children[at].Count == 0)
        {
            RemoveAt(at);
            return true;
        }

        Tally.Subtract(SumOf(at), removed);
        _firsts[at] = _children[at].First;
        return true;
    }

    public override bool TryGet(Place place, Span<Tally> into) => _children[ChildOf(place)].TryGet(place, into);

    public override void AddBefore(Place place, Span<Tally> into)
    {
        var at = ChildOf(place);
        for (var i = 0; i < at; i++)
        {
            Tally.Add(into, SumOf(i));
        }

        _children[at].AddBefore(place, into);
    }

    public override void AddAll(Span<Tally> into)
    {
        for (var i = 0; i < Count; i++)
        {
            Tally.Add(into, SumOf(i));
        }
    }

    public override void AddPlaces(List<Place> into)
    {
        for (var i = 0; i < Count; i++)
        {
            _children[i].AddPlaces(into);
        }
    }

    public override CreditNode Collapsed() => Count switch
    {
        0 => new CreditLeaf(_slots),
        1 => _children[0].Collapsed(),
        _ => this,
    };

    private Span<Tally> SumOf(int child) => _sums.AsSpan(child * _slots, _slots);

    // The last child that starts at or before the place; the first where all start after it.
    private int ChildOf(Place place)
    {
        int low = 1, high = Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _firsts[middle].ComparedWith(place) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }

    private void Measure(int child)
    {
        SumOf(child).Clear();
        _children[child].AddAll(SumOf(child));
        _firsts[child] = _children[child].First;
    }

    private void InsertAt(int at, CreditNode child)
    {
        Shift(at, at + 1);
        Count++;
        _children[at] = child;
        Measure(at);
    }

    private void RemoveAt(int at)
    {
        Shift(at + 1, at);
        Count--;
        _children[Count] = null!;
        _firsts[Count] = default;
        SumOf(Count).Clear();
    }

    private void Shift(int from, int to)
    {
        var moved = Count - from;
        Array.Copy(_children, from, _children, to, moved);
        Array.Copy(_firsts, from, _firsts, to, moved);
        Array.Copy(_sums, from * _slots, _sums, to * _slots, moved * _slots);
    }

    private CreditBranch Split(int at, CreditNode child)
    {
        var kept = at == Count ? Count : Count / 2;
        var right = new CreditBranch(_slots, _children.AsSpan(kept, Count - kept));
        for (var i = Count - 1; i >= kept; i--)
        {
            RemoveAt(i);
        }

        if (at <= kept && right.Count > 0)
        {
            InsertAt(at, child);
        }
        else
        {
            right.InsertAt(at - kept, child);
        }

        return right;
    }
}
