using Commission.Simulation.Tests.Disk;
using Commission.Simulation.Tests.Running;

namespace Commission.Simulation.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>A small part of what runs in CI.</summary>
    private const int MostSeedsForABug = 100;

    [Theory]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(18)]
    public void Seed_Replayed_GoesTheSameWay(int seed)
    {
        var first = new Running.Simulation(seed).Run();
        var again = new Running.Simulation(seed).Run();

        Assert.Equal(first.Digest, again.Digest);
        Assert.NotEqual(first.Digest, new Running.Simulation(seed + 1).Run().Digest);
    }

    public static TheoryData<PlantedBug> PlantedBugs => [.. Enum.GetValues<PlantedBug>().Skip(1)];

    [Theory]
    [MemberData(nameof(PlantedBugs))]
    public void Bug_Planted_IsFoundWithinFewSeeds(PlantedBug bug)
    {
        var (seed, found) = Enumerable.Range(1, MostSeedsForABug).Select(seed => (seed, Failure(seed, bug)))
            .FirstOrDefault(one => one.Item2 is not null);

        output.WriteLine($"{bug} is found by seed {seed}: {found?.Split('\n')[0]}");
        Assert.NotNull(found);
    }

    private static string? Failure(int seed, PlantedBug bug)
    {
        try
        {
            new Running.Simulation(seed, bug).Run();
            return null;
        }
        catch (SimulationFailure failure)
        {
            return failure.Message;
        }
    }
}
