using System.Globalization;
using Commission.Bench;
using Commission.Contracts.V1;

namespace Commission.Load.Growth;

/// <summary>What payees should be credited.</summary>
internal static class Credited
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>The amount of an event's deal, in its currency.</summary>
    public static decimal AmountOf(RecordRequest request) => request.Deal.Amount.Units;

    /// <summary>An amount as an estimate says it.</summary>
    public static string Text(decimal amount) => amount.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// A payee's estimate, when it is as it should be: an event may be credited before others that came earlier, so
    /// that the last one's position says nothing of all.
    /// </summary>
    /// <exception cref="InvalidOperationException">It does not become so.</exception>
    public static async Task<Estimate> UntilAsync(Company company, int payee, Func<Estimate, bool> isReached)
    {
        var start = TimeProvider.System.GetTimestamp();
        var estimate = await company.EstimateAsync(payee);
        while (!isReached(estimate))
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new InvalidOperationException($"Not what was recorded: {estimate}");
            }

            await Task.Delay(Pause);
            estimate = await company.EstimateAsync(payee);
        }

        return estimate;
    }
}
