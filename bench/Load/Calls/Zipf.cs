namespace Commission.Load.Calls;

/// <summary>Draws as popularity has them: the nth of the things is asked for one nth as often as the first.</summary>
internal static class Zipf
{
    /// <summary>Numbers from 0 to <paramref name="things"/> - 1, the same for each seed.</summary>
    public static int[] Draw(int things, int draws, int seed)
    {
        var sums = new double[things];
        for (var (i, sum) = (0, 0d); i < things; i++)
        {
            sums[i] = sum += 1d / (i + 1);
        }

        var random = new Random(seed);
        var drawn = new int[draws];
        for (var i = 0; i < draws; i++)
        {
            var at = Array.BinarySearch(sums, random.NextDouble() * sums[^1]);
            drawn[i] = Math.Min(things - 1, at < 0 ? ~at : at);
        }

        return drawn;
    }
}
