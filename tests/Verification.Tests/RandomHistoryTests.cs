using Commission.Grains.Tests.Harness;

namespace Commission.Verification.Tests;

/// <summary>Random companies and histories: nothing may differ, neither at their end nor in their midst.</summary>
public sealed class RandomHistoryTests
{
    public static TheoryData<int> FileSeeds => [.. Enumerable.Range(1, 6)];

    public static TheoryData<int> LiveSeeds => [.. Enumerable.Range(101, 12)];

    [Theory]
    [MemberData(nameof(FileSeeds))]
    public async Task Store_OfRandomHistory_HasNoDifferences(int seed)
    {
        await using var files = new Files();
        await using var world = await files.WorldAsync("commission.db");
        await foreach (var _ in RoundsAsync(world, seed))
        {
            // What is not credited yet may differ; nothing else may.
            var midst = await Verified.StoreAsync(files.Of("commission.db"));
            Assert.Equal("", midst.Text);
        }

        await world.SettleAsync();
        await world.RestartAsync();
        await world.SettleAsync();
        await world.DisposeAsync();
        var end = await Verified.StoreAsync(files.Of("commission.db"));
        end.IsClean();
        Assert.True(end.Summary.Credits > 50, $"{end.Summary}");
        Assert.True(end.Summary is { Windows: > 3, Statements: > 3, Payees: >= 5 }, $"{end.Summary}");
    }

    [Theory]
    [MemberData(nameof(LiveSeeds))]
    public async Task Silo_OfRandomHistory_HasNoDifferences(int seed)
    {
        await using var world = World.InMemory();
        await foreach (var _ in RoundsAsync(world, seed))
        {
            var midst = await Verified.LiveAsync(world.Host);
            Assert.Equal("", midst.Text);
        }

        await world.SettleAsync();
        var end = await Verified.LiveAsync(world.Host);
        end.IsClean();
        Assert.True(end.Summary.Credits > 50, $"{end.Summary}");
        Assert.True(end.Summary is { Windows: > 3, Statements: > 3, Payees: 5, Territories: 5 }, $"{end.Summary}");
    }

    [Fact]
    public async Task Silo_WhileEventsStreamIn_HasNoDifferences()
    {
        var company = new Company(7);
        await using var world = World.InMemory();
        await CompanyLife.PutAllAsync(world, company);
        var streaming = Task.Run(() => StreamAsync(world, company), TestContext.Current.CancellationToken);
        do
        {
            var verified = await Verified.LiveAsync(world.Host);
            Assert.Equal("", verified.Text);
        }
        while (!streaming.IsCompleted);

        await streaming;
        await world.SettleAsync();
        (await Verified.LiveAsync(world.Host)).IsClean();
    }

    private static async IAsyncEnumerable<int> RoundsAsync(World world, int seed)
    {
        var (random, company) = (new Random(seed), new Company(seed));
        await CompanyLife.PutAllAsync(world, company);
        for (var round = 0; round < 4; round++)
        {
            await CompanyLife.RoundAsync(world, company, random);
            yield return round;
        }
    }

    private static async Task StreamAsync(World world, Company company)
    {
        for (var batch = 0; batch < 40; batch++)
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => world.RecordAsync(company.NextEvent())));
        }
    }
}
