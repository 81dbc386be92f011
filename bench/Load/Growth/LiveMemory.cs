using Commission.Embedded.Hosting;

namespace Commission.Load.Growth;

/// <summary>What stays in memory when nothing goes on.</summary>
internal static class LiveMemory
{
    private const int Tries = 60;
    private const double Still = 0.0005;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Waits until no more grains come or go and no more garbage is found; the bytes that live then.</summary>
    /// <exception cref="InvalidOperationException">It does not come to rest.</exception>
    public static async Task<long> SettledAsync(EmbeddedGrainRuntime grains)
    {
        var (bytes, active) = (long.MaxValue, -1);
        for (var i = 0; i < Tries; i++)
        {
            var (before, activeBefore) = (bytes, active);
            await Task.Delay(Pause);
            (bytes, active) = (Live(), grains.ActivationCount);
            if (active == activeBefore && Math.Abs(before - bytes) < bytes * Still)
            {
                return bytes;
            }
        }

        throw new InvalidOperationException($"{bytes} bytes live, {active} grains are active, and it goes on.");
    }

    private static long Live()
    {
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
