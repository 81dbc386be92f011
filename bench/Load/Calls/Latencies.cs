namespace Commission.Load.Calls;

/// <summary>
/// How long things took, counted in classes of 0.1 % or 1 µs, whichever is more. One who adds at a time.
/// </summary>
internal sealed class Latencies
{
    private const int Fine = 1024;
    private const int Octaves = 22;
    private readonly long[] _counts = new long[Fine * Octaves];

    /// <summary>How many.</summary>
    public long Count { get; private set; }

    /// <summary>One more, in ticks of <see cref="TimeProvider.System"/>.</summary>
    public void Add(long ticks)
    {
        var micros = (ulong)TimeProvider.System.GetElapsedTime(0, ticks).Ticks / TimeSpan.TicksPerMicrosecond;
        _counts[ClassOf(micros)]++;
        Count++;
    }

    /// <summary>All of several.</summary>
    public static Latencies Of(IEnumerable<Latencies> several)
    {
        var all = new Latencies();
        foreach (var one in several)
        {
            for (var i = 0; i < one._counts.Length; i++)
            {
                all._counts[i] += one._counts[i];
            }

            all.Count += one.Count;
        }

        return all;
    }

    /// <summary>Milliseconds within which so much of them was done; between 0 and 1.</summary>
    public double Milliseconds(double part)
    {
        var wanted = Math.Max(1, (long)Math.Ceiling(Count * part));
        var (at, seen) = (-1, 0L);
        while (seen < wanted)
        {
            seen += _counts[++at];
        }

        return TopOf(at) / 1000d;
    }

    private static int ClassOf(ulong micros)
    {
        if (micros < Fine)
        {
            return (int)micros;
        }

        var octave = Math.Min(System.Numerics.BitOperations.Log2(micros) - 9, Octaves - 1);
        return (octave * Fine) + (int)Math.Min(Fine - 1, (micros >> octave) - (Fine / 2));
    }

    private static double TopOf(int at) => at < Fine ? at : (double)((ulong)((at % Fine) + (Fine / 2)) << (at / Fine));
}
