namespace Commission.Engine;

/// <summary>Draws ways through a course.</summary>
internal static class Samples
{
    /// <summary>Where each of the samples ended.</summary>
    public static CourseState[] Of(Course course, int count, ulong seed)
    {
        var random = new SplitMix64(seed);
        var samples = new CourseState[count];
        for (var i = 0; i < count; i++)
        {
            samples[i] = course.Follow(close => close.Happens(random.Next()) ? close.Whole : null);
        }

        return samples;
    }
}
