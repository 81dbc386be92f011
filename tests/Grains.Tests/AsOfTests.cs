using System.Collections.Concurrent;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

/// <summary>What was answered once is answered again, as of then.</summary>
public sealed class AsOfTests
{
    private static readonly string[] Days = ["2026-02-15", "2026-06-30", "2026-12-31"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task RandomHistory_AskedAsOfEachStep_IsAnsweredAsThen(int seed)
    {
        var (random, company, clock) = (new Random(seed), new Company(seed), new SteppedClock());
        await using var world = new World(new GrainHost(Stores.Of(new Storage.MemoryStore()), time: clock));
        await PutAllAsync(world, company);
        var seen = new List<Seen>();
        for (var step = 0; step < 24; step++)
        {
            clock.Step();
            var position = await StepAsync(world, company, random);
            await world.SettleAsync();
            foreach (var rep in company.Reps)
            {
                seen.Add(await Seen.LookAsync(world, rep, Days[random.Next(Days.Length)], position));
            }
        }

        await CheckAllAsync(world, seen);
        await world.RestartAsync();
        await CheckAllAsync(world, seen);
        await CheckCreditsAsync(world);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Answers_WhileEverythingChanges_AreThoseOfTheirSequence(int seed)
    {
        await using var world = await World.WithRepsAsync(Traffic.Reps);
        using var stop = new CancellationTokenSource();
        var seen = new ConcurrentDictionary<(string, long), Estimate>();
        var watching = Traffic.Reps.Select(rep => WatchAsync(world, rep, seen, stop.Token)).ToList();

        foreach (var (i, events) in new Traffic(seed).Events(120).Chunk(12).Index())
        {
            var recording = Task.WhenAll(events.Select(world.TryRecordAsync));
            await world.PublishAsync(Docs.Flat.Replace("rate: 5%", $"rate: {i + 1}%", StringComparison.Ordinal));
            await world.PutAsync(Docs.Rep(Traffic.Reps[i % 5], quota: $"{i + 1}0000"));
            await recording;
        }

        await world.SettleAsync();
        await stop.CancelAsync();
        await Task.WhenAll(watching);
        foreach (var ((rep, sequence), estimate) in seen)
        {
            var then = new Moment { Sequence = sequence };
            Assert.Equal(estimate, World.Note(await world.Host.History(rep).GetEstimate(
                new GetEstimateRequest { Rep = rep, On = estimate.On, AsOf = then }, default)));
        }
    }

    [Fact]
    public async Task GetEstimate_WithoutDay_IsOfTheDayOfTheMoment()
    {
        var (clock, settings) = (new SteppedClock(), new GrainSettings { Shards = 3 });
        await using var world = new World(new GrainHost(Stores.Of(new Storage.MemoryStore()), settings, clock));
        await world.PutRepsAsync("ann");
        var recorded = await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));

        foreach (var moment in new[]
        {
            new Moment { Sequence = 2 }, new Moment { Position = recorded.Position },
            new Moment { Time = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(clock.Now) },
        })
        {
            var estimate = World.Note(await world.Host.History("ann").GetEstimate(
                new GetEstimateRequest { Rep = "ann", AsOf = moment }, default));
            Assert.Equal(("2026-03-01", 2L), (estimate.On, estimate.AsOf.Sequence));
        }
    }

    [Fact]
    public async Task Position_CreditedToThePayeeByALaterRealignment_IsTheStateOfThatTime()
    {
        var clock = new SteppedClock();
        await using var world = new World(new GrainHost(Stores.Of(new Storage.MemoryStore()), time: clock));
        await world.PutRepsAsync("ann", "bob");
        clock.Step();
        var recorded = await world.CreditAsync(Docs.Event("e1", "d1", 1000m, region: "north", owners: "ann"));
        var before = await Seen.LookAsync(world, "bob", "2026-02-15", recorded.Position);
        clock.Step();
        await world.PutAsync(Docs.Territory("n", region: "north", members: "bob"));
        await world.SettleAsync();

        var now = World.Note(await world.Host.History("bob").ListCredits(
            new ListCreditsRequest { Rep = "bob" }, default));

        Assert.Empty(before.Credits.Credits);
        Assert.Equal("territory n", Assert.Single(Assert.Single(now.Credits).Roles).Reason);
        await before.CheckAsync(world);
    }

    private static async Task<Position?> StepAsync(World world, Company company, Random random)
    {
        switch (random.Next(10))
        {
            case 0:
                await world.PutAsync(company.Rep(company.Reps[random.Next(5)]));
                return null;
            case 1:
                foreach (var territory in company.Territories())
                {
                    await world.PutAsync(territory);
                }

                return null;
            case 2:
                await world.PublishAsync(company.Plans[random.Next(company.Plans.Count)]
                    .Replace("\"rate\":0.0", $"\"rate\":0.{random.Next(1, 9)}", StringComparison.Ordinal));
                return null;
            case 4 or 5:
                await world.PutRatesAsync(company.Rates());
                return null;
            case 3:
                await (random.Next(2) == 0 ? world.RestartAsync() : world.Host.Runtime.DeactivateAllAsync());
                break;
        }

        var recorded = await world.CreditAsync(company.NextEvent());
        return recorded.Repeat ? null : recorded.Position;
    }

    private static async Task PutAllAsync(World world, Company company)
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

    private static async Task CheckAllAsync(World world, List<Seen> seen)
    {
        foreach (var one in seen)
        {
            await one.CheckAsync(world);
        }
    }

    /// <summary>Each credit's earning against the evaluation from nothing, and explained statements by estimates.
    /// </summary>
    private static async Task CheckCreditsAsync(World world)
    {
        var credited = Audit.Credit(world);
        foreach (var rep in world.Reps.Values)
        {
            var last = await Seen.LookAsync(world, rep.Rep_, "2026-06-30", null);
            var expected = Audit.Evaluate(world, rep, credited);
            var won = last.Credits.Credits.Where(credit => credit.Status == DealStatus.Won).ToList();
            Assert.Equal(
                expected.Deals.Select(deal => (deal.Deal, deal.Total))
                    .Concat(expected.Unassigned.Select(deal => (deal, 0m))).Order(),
                won.Select(credit => (credit.Deal, credit.Earned?.Value() ?? 0m)).Order());
            Assert.All(won.Where(credit => credit.Earned is not null), credit => Assert.Equal(
                credit.Earned.Value(), credit.Components.Sum(component => component.Earned.Value())));
            if (last.Estimate.Value is { } estimate)
            {
                Assert.Equal(estimate.Paid.Value().ToString("0.#########", null),
                    World.Note(last.Statement).Explanations[0].Figure);
            }
        }
    }

    private static async Task WatchAsync(
        World world, string rep, ConcurrentDictionary<(string, long), Estimate> seen, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var estimate = await world.EstimateAsync(rep);
            Assert.Equal(seen.GetOrAdd((rep, estimate.AsOf.Sequence), estimate), estimate);
            await Task.Yield();
        }
    }
}
