using Commission.Simulation.Tests.Running;

namespace Commission.Simulation.Tests;

public sealed class SimulationTests(ITestOutputHelper output)
{
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
}
