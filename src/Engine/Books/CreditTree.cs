namespace Commission.Engine;

/// <summary>A credit's place: credits of a payee are ordered by day, then by deal id in ordinal order.</summary>
/// <param name="Day">The credit date's day number.</param>
/// <param name="Deal">The deal's id; null: before every deal of the day.</param>
internal readonly record struct Place(int Day, string? Deal)
{
    public static Place StartOf(DateOnly day) => new(day.DayNumber, null);

    public static Place EndOf(DateOnly day) => new(day.DayNumber + 1, null);

    public int ComparedWith(Place other) =>
        Day != other.Day ? Day.CompareTo(other.Day) : string.CompareOrdinal(Deal, other.Deal);
}

/// <summary>Credits in order, with sums: a B+ tree whose branches know what their children add up to. The tallies of
/// all credits before any
/// place are found in O(log n), as is every change.</summary>
internal sealed class CreditTree
{
    private readonly int _slots;

    // Null without credits, as those of most payees of many are.
    private CreditNode? _root;

    public CreditTree(int slots) => _slots = slots;

    /// <param name="slots">How many tallies a credit has.</param>
    /// <param name="root">Has at least one credit.</param>
    /// <param name="count">How many it has.</param>
    public CreditTree(int slots, CreditNode root, int count) => (_slots, _root, Count) = (slots, root, count);

    public int Count { get; private set; }

    /// <summary>The place of the first credit; null without any.</summary>
    public Place? First => _root?.First;

    /// <summary>The place of the last credit; null without any.</summary>
    public Place? Last => _root?.Last;

    /// <summary>Adds a credit at a place that has none. What is not counted sums to 0.</summary>
    public void Insert(Place place, ReadOnlySpan<Tally> tallies)
    {
        _root ??= new CreditLeaf(_slots);
        var right = _root.Insert(place, tallies);
        if (right is not null)
        {
            _root = new CreditBranch(_slots, _root, right);
        }

        Count++;
    }

    /// <summary>Removes the credit at a place; false where there is none.</summary>
    public bool Remove(Place place)
    {
        var removed = new Tally[_slots];
        if (_root?.Remove(place, removed) != true)
        {
            return false;
        }

        Count--;
        _root = Count == 0 ? null : _root.Collapsed();
        return true;
    }

    /// <summary>The tallies of the credit at a place; false where there is none.</summary>
    public bool TryGet(Place place, Span<Tally> into) => _root?.TryGet(place, into) == true;

    /// <summary>Adds the tallies of all credits before a place to <paramref name="into"/>.</summary>
    public void AddBefore(Place place, Span<Tally> into) => _root?.AddBefore(place, into);

    /// <summary>Adds all places in order to a list.</summary>
    public void AddPlaces(List<Place> into) => _root?.AddPlaces(into);
}

/// <summary>A part of a <see cref="CreditTree"/>.</summary>
internal abstract class CreditNode
{
    /// <summary>Children or credits.</summary>
    public int Count { get; protected set; }

    public abstract Place First { get; }

    public abstract Place Last { get; }

    /// <summary>Inserts, and returns the right half where the node had to be split.</summary>
    public abstract CreditNode? Insert(Place place, ReadOnlySpan<Tally> tallies);

    public abstract bool Remove(Place place, Span<Tally> removed);

    public abstract bool TryGet(Place place, Span<Tally> into);

    public abstract void AddBefore(Place place, Span<Tally> into);

    /// <summary>Adds the tallies of everything in it.</summary>
    public abstract void AddAll(Span<Tally> into);

    public abstract void AddPlaces(List<Place> into);

    /// <summary>The node without branches that have only one child.</summary>
    public abstract CreditNode Collapsed();
}
