using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Grains.Tests.Harness;
using Commission.Storage;
using Google.Protobuf;

namespace Commission.Grains.Tests;

/// <summary>A published plan reaches its payees step by step, whatever comes in between.</summary>
public sealed class RolloutTests
{
    private static readonly string Six = Docs.Flat.Replace("rate: 5%", "rate: 6%", StringComparison.Ordinal);
    private static readonly string Seven = Docs.Flat.Replace("rate: 5%", "rate: 7%", StringComparison.Ordinal);

    [Fact]
    public async Task Publish_WhilePayeesRecompute_AnswersAtOnceAndSaysHowFarItIs()
    {
        await using var world = await WithDealsAsync();
        var held = new Hold(world, "rep/acme/ann");
        var before = (await world.EstimateAsync("ann")).AsOf.Documents;

        var published = World.Note(await world.Host.Plan("flat").Publish(Six));
        await held.Reached;
        var underWay = World.Note(await world.Host.Plan("flat").WaitRollout(2, default));

        Assert.Equal((2L, 2L), (published.Version, published.Rollout.Version));
        Assert.Null(published.Rollout.Finished);
        Assert.Equal((2L, 2L, 0L), (underWay.Version, underWay.Total, underWay.Done));
        Assert.NotNull(underWay.Started);
        Assert.Null(underWay.Finished);
        var estimate = await world.EstimateAsync("ann");
        Assert.Equal((500m, before), (estimate.Components[0].Earned.Value(), estimate.AsOf.Documents));
        Assert.Equal(120m, await world.EarnedAsync("bob", "commission"));

        held.Open();
        var finished = await world.RolledOutAsync("flat", 2);
        estimate = await world.EstimateAsync("ann");
        Assert.Equal((2L, 2L, 0L), (finished.Total, finished.Done, finished.Retrying));
        Assert.True(finished.Finished >= finished.Started);
        Assert.Equal(600m, estimate.Components[0].Earned.Value());
        Assert.True(estimate.AsOf.Documents > before);
    }

    [Fact]
    public async Task Publish_DuringARollout_TakesItsPlace()
    {
        await using var world = await WithDealsAsync();
        var held = new Hold(world, "rep/acme/ann");
        World.Note(await world.Host.Plan("flat").Publish(Six));
        await held.Reached;

        World.Note(await world.Host.Plan("flat").Publish(Seven));
        held.Open();
        var finished = await world.RolledOutAsync("flat", 2);

        Assert.Equal((3L, 2L), (finished.Version, finished.Done));
        Assert.Equal(700m, await world.EarnedAsync("ann", "commission"));
        Assert.Equal(140m, await world.EarnedAsync("bob", "commission"));
    }

    [Fact]
    public async Task Publish_CrashDuringTheRollout_GoesOnInTheNextProcess()
    {
        await using var world = await WithDealsAsync();
        var held = new Hold(world, "rep/acme/ann");
        World.Note(await world.Host.Plan("flat").Publish(Six));
        await held.Reached;

        await world.CrashAsync();
        var finished = await world.RolledOutAsync("flat", 2);

        Assert.Equal((2L, 2L, 2L), (finished.Version, finished.Total, finished.Done));
        Assert.Equal(600m, await world.EarnedAsync("ann", "commission"));
        held.Open();
    }

    [Fact]
    public async Task GetRollout_PublishedAndCrashedBeforeItWasNoted_BeginsIt()
    {
        await using var world = await WithDealsAsync();
        await world.Host.Runtime.DeactivateAsync(world.Host.Plan("flat"));
        await world.Host.Store.Catalog.PutAsync(
            GrainHost.Tenant, "plan", "flat", null, System.Text.Encoding.UTF8.GetBytes(Six), default);

        var finished = await world.RolledOutAsync("flat", 0);

        Assert.Equal((2L, 2L), (finished.Version, finished.Done));
        Assert.Equal(600m, await world.EarnedAsync("ann", "commission"));
    }

    [Fact]
    public async Task Publish_PayeeThatCannotBeRecomputed_IsTriedAgainAndHoldsUpNobody()
    {
        await using var world = await WithDealsAsync();
        var isBroken = true;
        world.Host.Gate.HoldAccount = account => account == "rep/acme/ann" && isBroken
            ? Task.FromException(new StoreUnavailableException("Reading failed.", null, true, canContinue: true))
            : Task.CompletedTask;

        World.Note(await world.Host.Plan("flat").Publish(Six));
        var underWay = World.Note(await world.Host.Plan("flat").WaitRollout(2, default));

        Assert.Equal((2L, 1L, 1L), (underWay.Total, underWay.Done, underWay.Retrying));
        Assert.Null(underWay.Finished);
        Assert.Equal(120m, await world.EarnedAsync("bob", "commission"));
        isBroken = false;
        var finished = await world.RolledOutAsync("flat", 2);
        Assert.Equal((2L, 0L), (finished.Done, finished.Retrying));
        Assert.Equal(600m, await world.EarnedAsync("ann", "commission"));
    }

    [Fact]
    public async Task Publish_ToManyPayees_RecomputesSomeAtATimeAndOnlyThoseOnThePlan()
    {
        await using var world = new World(new GrainHost(
            Stores.Of(new MemoryStore()),
            new GrainSettings { Shards = 1, BusinessDate = new DateOnly(2026, 2, 15), RolloutsInFlight = 3 }));
        var other = Docs.Flat.Replace("plan: flat", "plan: other", StringComparison.Ordinal);
        await world.PublishAsync(Docs.Flat);
        await world.PublishAsync(other);
        for (var i = 0; i < 600; i++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"r{i:000}");
            await world.PutAsync(Docs.Rep(id, plan: i % 6 == 0 ? "other" : "flat"));
        }

        var (reading, most, told) = (0, 0, 0);
        world.Host.Gate.HoldAccount = async _ =>
        {
            most = Math.Max(most, Interlocked.Increment(ref reading));
            Interlocked.Increment(ref told);
            await Task.Yield();
            Interlocked.Decrement(ref reading);
        };
        await world.PublishAsync(Six);
        var rollout = await world.RolledOutAsync("flat", 2);

        Assert.Equal((500L, 500L, 500), (rollout.Total, rollout.Done, told));
        Assert.InRange(most, 1, 3);
        Assert.Equal(1, World.Note(await world.Host.Plan("other").GetRollout(0)).Version);
    }

    [Fact]
    public async Task Publish_PayeeWhoseDocumentChangedUnknownToItsGrain_IsRecomputedByBoth()
    {
        await using var world = await WithDealsAsync();
        var renamed = Docs.Rep("ann");
        renamed.Name = "Ann the Second";
        await world.Host.Store.Catalog.PutAsync(
            GrainHost.Tenant, "rep", "ann", null, renamed.ToByteArray(), default);

        await world.PublishAsync(Six);
        await world.RolledOutAsync("flat", 2);

        Assert.Equal("Ann the Second", World.Note(await world.Host.Rep("ann").Get()).Name);
        Assert.Equal(600m, await world.EarnedAsync("ann", "commission"));
        Assert.Equal(120m, await world.EarnedAsync("bob", "commission"));
    }

    [Fact]
    public async Task Publish_PayeeOnTwoPlans_IsRecomputedByTheLatestOfBoth()
    {
        await using var world = World.InMemory();
        var other = Docs.Flat.Replace("plan: flat", "plan: other", StringComparison.Ordinal);
        await world.PublishAsync(Docs.Flat);
        await world.PublishAsync(other);
        var ann = Docs.Rep("ann");
        var later = Docs.Rep("ann", plan: "other").Assignments[0];
        ann.Assignments[0].To = "2026-01-31";
        later.From = "2026-02-01";
        ann.Assignments.Add(later);
        await world.PutAsync(ann);
        await world.CreditAsync(Docs.Event("e1", "d1", 10000m, owners: "ann"));

        await world.PublishAsync(other.Replace("rate: 5%", "rate: 8%", StringComparison.Ordinal));
        await world.RolledOutAsync("other", 2);
        await world.PublishAsync(Six);
        await world.RolledOutAsync("flat", 2);

        Assert.Equal(800m, await world.EarnedAsync("ann", "commission"));
    }

    [Fact]
    public async Task GetRollout_OfWhatIsNotThere_IsRefused()
    {
        await using var world = await WithDealsAsync();

        Assert.Equal(RefusalReason.UnknownPlan, (await world.Host.Plan("none").GetRollout(0)).Refusals[0].Reason);
        Assert.Equal(RefusalReason.UnknownPlan, (await world.Host.Plan("flat").GetRollout(2)).Refusals[0].Reason);
    }

    private static async Task<World> WithDealsAsync()
    {
        var world = await World.WithRepsAsync("ann", "bob");
        await world.CreditAsync(Docs.Event("e1", "d1", 10000m, owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "d2", 2000m, owners: "bob"));
        return world;
    }

    /// <summary>Holds every read of an account until it is opened.</summary>
    private sealed class Hold
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Hold(World world, string held) => world.Host.Gate.HoldAccount = account =>
        {
            if (account != held)
            {
                return Task.CompletedTask;
            }

            _reached.TrySetResult();
            return _open.Task;
        };

        public Task Reached => _reached.Task;

        public void Open() => _open.TrySetResult();
    }
}
