using System.Runtime.InteropServices;

namespace Commission.Engine;

/// <summary>What a component has counted.</summary>
/// <param name="Sum">In units of its measure; for a component with deal windows there is a second tally of money
/// earned.</param>
/// <param name="Counted">Credits that it counts, also those that count 0.</param>
/// <param name="NoRate">Credits that could not be converted.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Tally(Exact Sum, int Counted, int NoRate)
{
    public static Tally operator +(Tally left, Tally right) =>
        new(left.Sum + right.Sum, left.Counted + right.Counted, left.NoRate + right.NoRate);

    public static Tally operator -(Tally left, Tally right) =>
        new(left.Sum - right.Sum, left.Counted - right.Counted, left.NoRate - right.NoRate);

    public static void Add(Span<Tally> into, ReadOnlySpan<Tally> more)
    {
        for (var i = 0; i < into.Length; i++)
        {
            into[i] += more[i];
        }
    }

    public static void Subtract(Span<Tally> from, ReadOnlySpan<Tally> less)
    {
        for (var i = 0; i < from.Length; i++)
        {
            from[i] -= less[i];
        }
    }
}
