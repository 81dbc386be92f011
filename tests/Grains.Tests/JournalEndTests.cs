using Commission.Contracts.Grains.V1;
using Commission.Grains.Shards;
using Commission.Grains.Tests.Harness;
using Commission.Storage;

namespace Commission.Grains.Tests;

/// <summary>Events bring along where the journals of their deals end, so that deals need not read that.</summary>
public sealed class JournalEndTests
{
    private const string First = "deal/acme/d1";
    private int _failed;

    [Fact]
    public async Task Record_DealsOldAndNew_ReadNoJournalsOfTheirOwn()
    {
        await using var world = await World.WithRepsAsync("ann", "bob");
        var read = new List<int>();
        world.Host.Gate.LastRead = accounts =>
        {
            lock (read)
            {
                read.AddRange(accounts.Any(IsDeal) ? [accounts.Count] : []);
            }
        };

        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "d1", 300m, owners: "bob"));
        await world.CreditAsync(Docs.Event("e3", "d2", 500m, owners: "ann"));

        // One for each of three batches.
        Assert.Equal([1, 1, 1], read);
        await Audit.CheckAsync(world);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Apply_JournalThatHasGrownSince_IsReadAndChangesNothing(long number)
    {
        await using var world = await World.WithRepsAsync("ann", "bob");
        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        var last = await world.CreditAsync(Docs.Event("e2", "d1", 300m, owners: "bob"));
        var logged = await EventAsync(world, last.Position.Shard, number);
        logged.Journal = new JournalEnd();

        await world.Host.Deal("d1").Apply(logged);

        Assert.Equal(2, (await EndAsync(world)).Sequence);
        Assert.Empty(world.Host.Log.Errors);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Apply_LatestEventWithAnOldJournal_IsNotCreditedTwice()
    {
        await using var world = await World.WithRepsAsync("ann", "bob");
        var first = await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        var before = await EndAsync(world);
        await world.CreditAsync(Docs.Event("e2", "d1", 300m, owners: "bob"));
        await world.CreditAsync(Docs.Event("e3", "d1", 700m, owners: "ann"));
        var logged = await EventAsync(world, first.Position.Shard, 3);
        logged.Journal = before;

        await world.Host.Deal("d1").Apply(logged);

        Assert.Equal(3, (await EndAsync(world)).Sequence);
        Assert.Empty(world.Host.Log.Errors);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Recredit_OfADealThatWasToldAnOldJournal_ReadsItFirst()
    {
        // With other silos a deal stays in memory behind its event.
        await using var world = new World(new GrainHost(
            Stores.Of(new MemoryStore()),
            new GrainSettings { Shards = 3, BusinessDate = new DateOnly(2026, 2, 15), HasOtherSilos = true }));
        await CreditingTests.PutHierarchyAsync(world);
        var first = await world.CreditAsync(Docs.Event("e1", "d1", 100m, region: "north", owners: "ann"));
        var before = await EndAsync(world);
        await world.CreditAsync(Docs.Event("e2", "d1", 300m, region: "north", owners: "bob"));
        await world.Host.Runtime.DeactivateAsync(world.Host.Deal("d1"));
        var logged = await EventAsync(world, first.Position.Shard, 1);
        logged.Journal = before;
        await world.Host.Deal("d1").Apply(logged);

        await world.PutAsync(Docs.Territory("north", "america", "north", "ann"));
        await world.SettleAsync();

        Assert.Empty(world.Host.Log.Errors);
        Assert.Equal(3, (await EndAsync(world)).Sequence);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_WhileJournalsCantBeReadTogether_IsCreditedAllTheSame()
    {
        await using var world = await World.WithRepsAsync("ann");
        world.Host.Gate.LastRead = accounts =>
        {
            if (accounts.Count > 1 || Interlocked.Exchange(ref _failed, 1) == 0)
            {
                throw new StoreUnavailableException("It is away.", null, nothingWritten: true, canContinue: true);
            }
        };

        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));

        Assert.Equal(1, _failed);
        Assert.Empty(world.Host.Log.Errors);
        await Audit.CheckAsync(world);
    }

    private static bool IsDeal(string account) => account.StartsWith("deal/", StringComparison.Ordinal);

    private static Task<LoggedEvent> EventAsync(World world, int shard, long number) =>
        world.Host.Store.Log.ReadAtAsync(new Contracts.V1.Position { Shard = shard, Number = number });

    private static async Task<JournalEnd> EndAsync(World world) =>
        (await JournalEnds.ReadAsync(world.Host.Store.Ledger, [First])).Single();
}
