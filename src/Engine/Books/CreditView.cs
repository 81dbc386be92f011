using System.Buffers;

namespace Commission.Engine;

/// <summary>A credit in its place.</summary>
internal sealed record PlacedCredit(Place Place, Tally[] Tallies);

/// <summary>A tree as it is, or as it would be with one credit taken out and one put in.</summary>
internal readonly record struct CreditView(CreditTree Tree, PlacedCredit? Without = null, PlacedCredit? With = null)
{
    /// <summary>The days of the first and the last credit, or wider; null without any.</summary>
    public (DateOnly First, DateOnly Last)? Span
    {
        get
        {
            var first = Math.Min(Tree.First?.Day ?? int.MaxValue, With?.Place.Day ?? int.MaxValue);
            var last = Math.Max(Tree.Last?.Day ?? int.MinValue, With?.Place.Day ?? int.MinValue);
            return first > last ? null : (DateOnly.FromDayNumber(first), DateOnly.FromDayNumber(last));
        }
    }

    /// <summary>What was credited from <paramref name="start"/> (inclusive) to <paramref name="end"/>
    /// (exclusive).</summary>
    public void Between(Place start, Place end, Span<Tally> into)
    {
        Before(end, into);
        using var scratch = new Scratch(into.Length);
        Before(start, scratch.Tallies);
        Tally.Subtract(into, scratch.Tallies);
    }

    private void Before(Place place, Span<Tally> into)
    {
        into.Clear();
        Tree.AddBefore(place, into);
        if (Without is { } without && without.Place.ComparedWith(place) < 0)
        {
            Tally.Subtract(into, without.Tallies);
        }

        if (With is { } with && with.Place.ComparedWith(place) < 0)
        {
            Tally.Add(into, with.Tallies);
        }
    }
}

/// <summary>Borrowed room for tallies.</summary>
internal readonly ref struct Scratch
{
    private readonly Tally[] _rented;

    public Scratch(int slots)
    {
        _rented = ArrayPool<Tally>.Shared.Rent(slots);
        Tallies = _rented.AsSpan(0, slots);
        Tallies.Clear();
    }

    public Span<Tally> Tallies { get; }

    public void Dispose()
    {
        Tallies.Clear();
        ArrayPool<Tally>.Shared.Return(_rented);
    }
}
