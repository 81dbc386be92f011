namespace Commission.Engine;

/// <summary>Up to <see cref="MaxCredits"/> credits in order, in arrays side by side to be small.</summary>
internal sealed class CreditLeaf : CreditNode
{
    public const int MaxCredits = 32;
    private const int FirstCapacity = 4;
    private const byte CountedFlag = 1;
    private const byte NoRateFlag = 2;

    private readonly int _slots;
    private int[] _days;
    private string[] _deals;
    private Exact[] _sums;
    private byte[] _flags;

    /// <summary>An empty one; without room at first, as most payees of many have no credits yet.</summary>
    public CreditLeaf(int slots)
    {
        _slots = slots;
        (_days, _deals, _sums, _flags) = ([], [], [], []);
    }

    /// <summary>An empty one with room for some credits.</summary>
    public CreditLeaf(int slots, int capacity)
    {
        _slots = slots;
        _days = new int[capacity];
        _deals = new string[capacity];
        _sums = new Exact[capacity * slots];
        _flags = new byte[capacity * slots];
    }

    public override Place First => new(_days[0], _deals[0]);

    public override Place Last => new(_days[Count - 1], _deals[Count - 1]);

    public override CreditNode? Insert(Place place, ReadOnlySpan<Tally> tallies)
    {
        var at = LowerBound(place);
        if (Count < MaxCredits)
        {
            InsertAt(at, place, tallies);
            return null;
        }

        // Credits mostly come in order: a full leaf at the end stays full.
        var right = new CreditLeaf(_slots, at == Count ? FirstCapacity : MaxCredits);
        MoveTo(right, at == Count ? Count : Count / 2);
        if (at <= Count && right.Count > 0)
        {
            InsertAt(at, place, tallies);
        }
        else
        {
            right.InsertAt(at - Count, place, tallies);
        }

        return right;
    }

    /// <summary>Adds a credit behind all that the leaf has; there must be room.</summary>
    public void Append(Place place, ReadOnlySpan<Tally> tallies) => InsertAt(Count, place, tallies);

    public override bool Remove(Place place, Span<Tally> removed)
    {
        var at = LowerBound(place);
        if (!IsAt(at, place))
        {
            return false;
        }

        ReadAt(at, removed);
        Shift(at + 1, at);
        Count--;
        _deals[Count] = null!;
        Array.Clear(_sums, Count * _slots, _slots);
        return true;
    }

    public override bool TryGet(Place place, Span<Tally> into)
    {
        var at = LowerBound(place);
        if (!IsAt(at, place))
        {
            return false;
        }

        ReadAt(at, into);
        return true;
    }

    public override void AddBefore(Place place, Span<Tally> into) => AddFirst(LowerBound(place), into);

    public override void AddAll(Span<Tally> into) => AddFirst(Count, into);

    public override void AddPlaces(List<Place> into)
    {
        for (var i = 0; i < Count; i++)
        {
            into.Add(new Place(_days[i], _deals[i]));
        }
    }

    public override CreditNode Collapsed() => this;

    private void AddFirst(int credits, Span<Tally> into)
    {
        for (var slot = 0; slot < _slots; slot++)
        {
            var sum = into[slot].Sum;
            int counted = into[slot].Counted, noRate = into[slot].NoRate;
            for (var i = slot; i < credits * _slots; i += _slots)
            {
                if (_flags[i] != 0)
                {
                    sum += _sums[i];
                    counted += _flags[i] & CountedFlag;
                    noRate += (_flags[i] & NoRateFlag) >> 1;
                }
            }

            into[slot] = new Tally(sum, counted, noRate);
        }
    }

    private int LowerBound(Place place)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = new Place(_days[middle], _deals[middle]).ComparedWith(place) < 0
                ? (middle + 1, high)
                : (low, middle);
        }

        return low;
    }

    private bool IsAt(int at, Place place) => at < Count && new Place(_days[at], _deals[at]).ComparedWith(place) == 0;

    private void ReadAt(int at, Span<Tally> into)
    {
        for (var slot = 0; slot < _slots; slot++)
        {
            var i = (at * _slots) + slot;
            into[slot] = new Tally(_sums[i], _flags[i] & CountedFlag, (_flags[i] & NoRateFlag) >> 1);
        }
    }

    private void InsertAt(int at, Place place, ReadOnlySpan<Tally> tallies)
    {
        Grow();
        Shift(at, at + 1);
        Count++;
        _days[at] = place.Day;
        _deals[at] = place.Deal!;
        for (var slot = 0; slot < _slots; slot++)
        {
            var i = (at * _slots) + slot;
            _sums[i] = tallies[slot].Sum;
            _flags[i] = (byte)((tallies[slot].Counted * CountedFlag) | (tallies[slot].NoRate * NoRateFlag));
        }
    }

    private void Grow()
    {
        if (Count < _days.Length)
        {
            return;
        }

        var capacity = Math.Clamp(Count * 2, FirstCapacity, MaxCredits);
        Array.Resize(ref _days, capacity);
        Array.Resize(ref _deals, capacity);
        Array.Resize(ref _sums, capacity * _slots);
        Array.Resize(ref _flags, capacity * _slots);
    }

    private void Shift(int from, int to)
    {
        var moved = Count - from;
        Array.Copy(_days, from, _days, to, moved);
        Array.Copy(_deals, from, _deals, to, moved);
        Array.Copy(_sums, from * _slots, _sums, to * _slots, moved * _slots);
        Array.Copy(_flags, from * _slots, _flags, to * _slots, moved * _slots);
    }

    private void MoveTo(CreditLeaf right, int from)
    {
        var moved = Count - from;
        Array.Copy(_days, from, right._days, 0, moved);
        Array.Copy(_deals, from, right._deals, 0, moved);
        Array.Copy(_sums, from * _slots, right._sums, 0, moved * _slots);
        Array.Copy(_flags, from * _slots, right._flags, 0, moved * _slots);
        Array.Clear(_deals, from, moved);
        Array.Clear(_sums, from * _slots, moved * _slots);
        right.Count = moved;
        Count = from;
    }
}
