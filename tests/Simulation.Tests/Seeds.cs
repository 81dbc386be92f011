using System.Globalization;

namespace Commission.Simulation.Tests;

/// <summary>Which seeds run.</summary>
internal static class Seeds
{
    /// <summary>
    /// The one of <c>COMMISSION_SIMULATION_SEED</c>; as many as fit into <c>COMMISSION_SIMULATION_MINUTES</c>;
    /// otherwise these.
    /// </summary>
    public static IEnumerable<int> ToRun(int first, int count)
    {
        if (Read("COMMISSION_SIMULATION_SEED") is { } only)
        {
            return [only];
        }

        return Read("COMMISSION_SIMULATION_MINUTES") is { } minutes
            ? During(TimeSpan.FromMinutes(minutes), first)
            : Enumerable.Range(first, count);
    }

    private static IEnumerable<int> During(TimeSpan time, int first)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var seed = first; TimeProvider.System.GetElapsedTime(started) < time; seed++)
        {
            yield return seed;
        }
    }

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
