namespace Commission.Grains;

/// <summary>
/// Has many payees recomputed in waves, and rests after each twice as long as it took: queries find most of the time
/// free, however fast the machine and its store are.
/// </summary>
internal static class Waves
{
    private const int RestOfWork = 2;
    private static readonly TimeSpan LongestRest = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns when all were told, or nothing more is to be told.</summary>
    /// <param name="payees">Who are told.</param>
    /// <param name="size">Of a wave, at least 1.</param>
    /// <param name="tell">Tells one.</param>
    /// <param name="notTold">Called for each one for whom that failed.</param>
    /// <param name="goesOn">Asked before each wave.</param>
    /// <param name="time">The clock that rests are measured by.</param>
    /// <param name="stopping">Ends a rest, and lets failures through.</param>
    /// <returns>Those who were told in vain.</returns>
    public static async Task<List<T>> TellAsync<T>(
        IReadOnlyCollection<T> payees, int size, Func<T, Task> tell, Action<T, Exception> notTold, Func<bool> goesOn,
        TimeProvider time, CancellationToken stopping)
    {
        var failed = new List<T>();
        foreach (var wave in payees.Chunk(size))
        {
            if (!goesOn())
            {
                break;
            }

            var began = time.GetTimestamp();
            await Task.WhenAll(wave.Select(TellOneAsync));
            await RestAsync(time.GetElapsedTime(began), time, stopping);
        }

        return failed;

        async Task TellOneAsync(T payee)
        {
            try
            {
                await tell(payee);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                notTold(payee, failure);
                failed.Add(payee);
            }
        }
    }

    private static Task RestAsync(TimeSpan worked, TimeProvider time, CancellationToken stopping)
    {
        var rest = worked * RestOfWork;
        return rest > TimeSpan.Zero
            ? Task.Delay(rest < LongestRest ? rest : LongestRest, time, stopping)
            : Task.CompletedTask;
    }
}
