namespace Commission.Grains.Tests.Harness;

/// <summary>What happens to a random company.</summary>
internal static class CompanyLife
{
    /// <summary>Some events, while documents change or grains go; then perhaps a restart or a crash.</summary>
    public static async Task RoundAsync(World world, Company company, Random random)
    {
        var events = Enumerable.Range(0, 25).Select(_ => company.NextEvent()).ToList();
        var recording = Task.WhenAll(events.Select(world.RecordAsync));
        await DisturbAsync(world, company, random);
        await recording;
        if (random.Next(4) == 0)
        {
            await (random.Next(2) == 0 ? world.RestartAsync() : world.CrashAsync());
        }
    }

    /// <summary>Publishes and puts every document.</summary>
    public static async Task PutAllAsync(World world, Company company)
    {
        foreach (var text in company.Plans)
        {
            await world.PublishAsync(text);
        }

        foreach (var rep in company.Reps)
        {
            await world.PutAsync(company.Rep(rep));
        }

        foreach (var territory in company.Territories())
        {
            await world.PutAsync(territory);
        }
    }

    private static async Task DisturbAsync(World world, Company company, Random random)
    {
        switch (random.Next(7))
        {
            case 0:
                await world.PutAsync(company.Rep(company.Reps[random.Next(5)]));
                break;
            case 1:
                foreach (var territory in company.Territories())
                {
                    await world.PutAsync(territory);
                }

                break;
            case 2:
                await world.PublishAsync(company.Plans[random.Next(company.Plans.Count)]
                    .Replace("\"rate\":0.0", "\"rate\":0.1", StringComparison.Ordinal));
                break;
            case 3:
                await world.Host.Runtime.DeactivateAllAsync();
                break;
            case 4 or 5:
                await world.SendRatesAsync(company.Rates());
                break;
            default:
                await world.Host.Runtime.DeactivateAsync(world.Host.Rep(company.Reps[random.Next(5)]));
                break;
        }
    }

    /// <summary>A world in which a random company has lived for some rounds.</summary>
    public static async Task<World> LivedAsync(int seed)
    {
        var (random, company) = (new Random(seed), new Company(seed));
        var world = World.InMemory();
        await PutAllAsync(world, company);
        for (var round = 0; round < 3; round++)
        {
            await RoundAsync(world, company, random);
        }

        await world.SettleAsync();
        return world;
    }
}
