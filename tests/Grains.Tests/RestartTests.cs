using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Grains.Tests;

/// <summary>
/// Deactivation, stop, crash and failing stores at random moments: the figures are those of an undisturbed run.
/// </summary>
public sealed class RestartTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Deactivation_AtRandomMoments_ChangesNoFigure(int seed)
    {
        var random = new Random(seed);
        await using var world = await CreditingTests.WithHierarchyAsync();
        var events = new Traffic(seed).Events(80);

        var recording = Task.WhenAll(events.Select(world.RecordAsync));
        for (var i = 0; i < 30; i++)
        {
            await (random.Next(5) switch
            {
                0 => world.Host.Runtime.DeactivateAsync(world.Host.Shard(random.Next(3))),
                1 => world.Host.Runtime.DeactivateAsync(world.Host.Rep(Traffic.Reps[random.Next(5)])),
                2 => world.Host.Runtime.DeactivateAsync(world.Host.Deal($"d{random.Next(20)}")),
                3 => world.Host.Runtime.DeactivateAsync(world.Host.Territory("north")),
                _ => world.Host.Runtime.DeactivateAllAsync(),
            });
        }

        await recording;
        await Audit.CheckAsync(world);
        Assert.Empty(world.Host.Log.Errors);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Restart_BetweenEvents_ChangesNoFigure(int seed)
    {
        await using var world = await CreditingTests.WithHierarchyAsync();
        foreach (var part in new Traffic(seed).Events(60).Chunk(20))
        {
            await Task.WhenAll(part.Select(world.RecordAsync));
            await world.RestartAsync();
        }

        await Audit.CheckAsync(world);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Crash_AtAnyWrite_LosesNothingAcknowledgedAndDoublesNothing(int seed)
    {
        var random = new Random(seed);
        await using var world = await CreditingTests.WithHierarchyAsync();
        foreach (var part in new Traffic(seed).Events(100).Chunk(20))
        {
            world.Host.Gate.CrashAfter(random.Next(1, 50), lastWriteLands: random.Next(2) == 0);
            var recording = Task.WhenAll(part.Select(world.RecordAsync));
            await Task.WhenAny(recording, world.Host.Gate.Dead);
            await world.CrashAsync();

            // As a client does that got no answer: the same events again.
            await Task.WhenAll(part.Select(world.RecordAsync));
        }

        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Crash_BeforeAnyCredit_IsMadeUpForWithoutANewEvent()
    {
        await using var world = await World.WithRepsAsync("ann");
        var never = new TaskCompletionSource();
        world.Host.Gate.HoldAccount = _ => never.Task;
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));
        await world.RecordAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));

        await world.CrashAsync();
        await world.SettleAsync();

        Assert.Equal(5m, await world.EarnedAsync("ann", "commission"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Store_FailingNowAndThen_LosesNothing(int seed)
    {
        var random = new Random(seed);
        await using var world = await CreditingTests.WithHierarchyAsync();
        var writes = world.Host.Gate.Writes;
        var faults = Enumerable.Range(0, 12).Select(_ => writes + random.Next(1, 120)).ToHashSet();
        world.Host.Gate.Fault = number =>
        {
            if (faults.Contains(number))
            {
                throw Full();
            }
        };

        foreach (var part in new Traffic(seed).Events(60).Chunk(15))
        {
            await Task.WhenAll(part.Select(request => RepeatedAsync(world, request)));
        }

        world.Host.Gate.Fault = null;
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Put_StoreFailing_IsRefusedAndCanBeRepeated()
    {
        await using var world = await ChangeTests.WithManyDealsAsync();
        await world.SettleAsync();
        for (var after = 1; after <= 6; after++)
        {
            var (fails, rep) = (world.Host.Gate.Writes + after, Docs.Rep("ann", after % 2 == 0 ? "ray" : "top"));
            world.Host.Gate.Fault = number =>
            {
                if (number == fails)
                {
                    throw Full();
                }
            };

            var answer = await world.Host.Rep("ann").Put(rep);
            Assert.True(answer.IsValue || answer.Refusals[0].Reason == Contracts.Grains.RefusalReason.StoreUnavailable);
            await world.PutAsync(rep);
            await Audit.CheckAsync(world);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Sqlite_RestartsAndDuplicates_GiveTheSameFigures(int seed)
    {
        var folder = Directory.CreateTempSubdirectory("commission-grains-");
        var path = Path.Combine(folder.FullName, "commission.db");
        try
        {
            var events = new Traffic(seed).Events(60);
            await using (var store = await OpenAsync(path))
            {
                await using var world = new World(new GrainHost(Stores.Of(store)));
                await CreditingTests.PutHierarchyAsync(world);
                await Task.WhenAll(events.Select(world.RecordAsync));
                await world.RestartAsync();
                await Audit.CheckAsync(world);
            }

            await using var again = await OpenAsync(path);
            await using var next = new World(new GrainHost(Stores.Of(again)));
            await CreditingTests.PutHierarchyAsync(next);
            var repeated = await Task.WhenAll(events.Select(next.RecordAsync));
            Assert.All(repeated, one => Assert.True(one.Repeat));
            await Audit.CheckAsync(next);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<SqliteStore> OpenAsync(string path) => SqliteStore.OpenAsync(
        new SqliteStoreOptions { Path = path }, NullLogger<SqliteStore>.Instance, CancellationToken.None);

    private static StoreUnavailableException Full() =>
        new("The disk is full.", null, nothingWritten: true, canContinue: true);

    private static async Task RepeatedAsync(World world, RecordRequest request)
    {
        var answer = await world.TryRecordAsync(request);
        while (!answer.IsValue)
        {
            Assert.True(
                answer.Refusals[0].Reason is Contracts.Grains.RefusalReason.StoreUnavailable
                    or Contracts.Grains.RefusalReason.ConcurrentChange,
                answer.Refusals[0].ToString());
            answer = await world.TryRecordAsync(request);
        }
    }
}
