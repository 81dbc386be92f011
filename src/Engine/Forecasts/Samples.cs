namespace Commission.Engine;

/// <summary>Draws ways through a course.</summary>
internal static class Samples
{
    /// <summary>What each of the samples earned and owed.</summary>
    public static (decimal Earned, decimal Owed)[] Of(Course course, int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        var samples = new (decimal, decimal)[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = course.Follow(close => close.Happens(random.Next()) ? close.Whole : null);
        }

        return samples;
    }
}
