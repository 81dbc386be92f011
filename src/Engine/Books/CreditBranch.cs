namespace Commission.Engine;

/// <summary>Up to <see cref="MaxChildren"/> nodes in order. It keeps what all children before each add up to: reading
/// is far more common than
/// changing, and so costs one addition a level.</summary>
internal sealed class CreditBranch : CreditNode
{
    public const int MaxChildren = 16;

    private readonly int _slots;
    private readonly CreditNode[] _children = new CreditNode[MaxChildren];
    private readonly Place[] _firsts = new Place[MaxChildren];

    // For each child the sum of those before it, and at the end the sum of all.
    private readonly Tally[] _before;

    public CreditBranch(int slots, params ReadOnlySpan<CreditNode> children)
    {
        _slots = slots;
        _before = new Tally[(MaxChildren + 1) * slots];
        foreach (var child in children)
        {
            InsertAt(Count, child);
        }
    }

    public override Place First => _firsts[0];

    public override Place Last => _children[Count - 1].Last;

    public override CreditNode? Insert(Place place, ReadOnlySpan<Tally> tallies)
    {
        var at = ChildOf(place);
        var right = _children[at].Insert(place, tallies);
        _firsts[at] = _children[at].First;
        if (right is null)
        {
            AddAfter(at, tallies);
            return null;
        }

        Remeasure(at);
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

        for (var i = at + 1; i <= Count; i++)
        {
            Tally.Subtract(Before(i), removed);
        }

        if (_children[at].Count == 0)
        {
            RemoveAt(at);
        }
        else
        {
            _firsts[at] = _children[at].First;
        }

        return true;
    }

    public override bool TryGet(Place place, Span<Tally> into) => _children[ChildOf(place)].TryGet(place, into);

    public override void AddBefore(Place place, Span<Tally> into)
    {
        var at = ChildOf(place);
        Tally.Add(into, Before(at));
        _children[at].AddBefore(place, into);
    }

    public override void AddAll(Span<Tally> into) => Tally.Add(into, Before(Count));

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

    private Span<Tally> Before(int child) => _before.AsSpan(child * _slots, _slots);

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

    private void AddAfter(int child, ReadOnlySpan<Tally> more)
    {
        for (var i = child + 1; i <= Count; i++)
        {
            Tally.Add(Before(i), more);
        }
    }

    // A child that has shed its right half adds up to less than it did.
    private void Remeasure(int child)
    {
        using var change = new Scratch(_slots);
        _children[child].AddAll(change.Tallies);
        Tally.Add(change.Tallies, Before(child));
        Tally.Subtract(change.Tallies, Before(child + 1));
        AddAfter(child, change.Tallies);
    }

    private void InsertAt(int at, CreditNode child)
    {
        Shift(at, at + 1);
        Count++;
        _children[at] = child;
        _firsts[at] = child.First;
        using var sum = new Scratch(_slots);
        child.AddAll(sum.Tallies);
        AddAfter(at, sum.Tallies);
    }

    private void RemoveAt(int at)
    {
        Shift(at + 1, at);
        Count--;
        _children[Count] = null!;
        _firsts[Count] = default;
    }

    // The sum of all is at the end, and moves too.
    private void Shift(int from, int to)
    {
        var moved = Count - from;
        Array.Copy(_children, from, _children, to, moved);
        Array.Copy(_firsts, from, _firsts, to, moved);
        Array.Copy(_before, from * _slots, _before, to * _slots, (moved + 1) * _slots);
    }

    private CreditBranch Split(int at, CreditNode child)
    {
        var kept = at == Count ? Count : Count / 2;
        var right = new CreditBranch(_slots, _children.AsSpan(kept, Count - kept));
        Array.Clear(_children, kept, Count - kept);
        Array.Clear(_firsts, kept, Count - kept);
        Count = kept;
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
