using Commission.Simulation.Tests.Disk;
using Commission.Simulation.Tests.Running;

namespace Commission.Simulation.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    /// <summary>A small part of what runs in CI.</summary>
    private const int MostSeedsForABug = 100;

    [Fact]
    public void Seed_Replayed_GoesTheSameWay()
    {
        var first = new Running.Simulation(7).Run();
        var again = new Running.Simulation(7).Run();

        Assert.Equal(first.Digest, again.Digest);
        Assert.NotEqual(first.Digest, new Running.Simulation(8).Run().Digest);
    }

    [Fact]
    public void Seeds_Many_LoseNothingAndPayAsTheModel()
    {
        var totals = new Totals();
        foreach (var seed in Seeds.ToRun(1, 20))
        {
            totals.Add(new Running.Simulation(seed).Run());
        }

        output.WriteLine(totals.ToString());
        Assert.True(totals.Figures > 0);
    }

    public static TheoryData<PlantedBug> PlantedBugs => [.. Enum.GetValues<PlantedBug>().Skip(1)];

    [Theory]
    [MemberData(nameof(PlantedBugs))]
    public void Bug_Planted_IsFoundWithinFewSeeds(PlantedBug bug)
    {
        var found = Enumerable.Range(1, MostSeedsForABug).FirstOrDefault(seed => Finds(seed, bug));

        output.WriteLine($"{bug} is found by seed {found}.");
        Assert.NotEqual(0, found);
    }

    private static bool Finds(int seed, PlantedBug bug)
    {
        try
        {
            new Running.Simulation(seed, bug).Run();
            return false;
        }
        catch (SimulationFailure)
        {
            return true;
        }
    }
}
