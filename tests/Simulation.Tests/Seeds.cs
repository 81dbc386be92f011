using System.Globalization;
using Commission.Simulation.Tests.Running;

namespace Commission.Simulation.Tests;

/// <summary>
/// Many lives. <c>COMMISSION_SIMULATION_SEED</c> replays one; <c>COMMISSION_SIMULATION_MINUTES</c> runs as many as fit
/// into that time, from the seed <c>COMMISSION_SIMULATION_FROM</c> on.
/// </summary>
/// <param name="output">Gets the totals.</param>
/// <param name="part">Which part of the seeds, from 0: parts run beside each other.</param>
public abstract class Seeds(ITestOutputHelper output, int part)
{
    private const int Parts = 2;

    // About five minutes of processor time in all.
    private const int CountOfAll = 1500;

    [Fact]
    public void Seeds_Many_LoseNothingAndPayAsTheModel()
    {
        var totals = new Totals();
        foreach (var seed in ToRun())
        {
            var life = new Running.Simulation(seed).Run();
            totals.Add(life);
            totals.Digest = totals.Seeds == 1 ? life.Digest : 0;
        }

        output.WriteLine(totals.ToString());
        Assert.True(totals.Figures > 0);
    }

    private IEnumerable<int> ToRun()
    {
        if (Read("COMMISSION_SIMULATION_SEED") is { } only)
        {
            return [only];
        }

        var own = Enumerable.Range(0, int.MaxValue / Parts)
            .Select(i => (Read("COMMISSION_SIMULATION_FROM") ?? 1) + part + (i * Parts));
        return Read("COMMISSION_SIMULATION_MINUTES") is { } minutes
            ? During(TimeSpan.FromMinutes(minutes), own)
            : own.Take(CountOfAll / Parts);
    }

    private static IEnumerable<int> During(TimeSpan time, IEnumerable<int> seeds)
    {
        var started = TimeProvider.System.GetTimestamp();
        return seeds.TakeWhile(_ => TimeProvider.System.GetElapsedTime(started) < time);
    }

    private static int? Read(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}

/// <summary>The odd seeds.</summary>
/// <param name="output">Gets the totals.</param>
public sealed class OddSeeds(ITestOutputHelper output) : Seeds(output, part: 0);

/// <summary>The even ones.</summary>
/// <param name="output">Gets the totals.</param>
public sealed class EvenSeeds(ITestOutputHelper output) : Seeds(output, part: 1);
