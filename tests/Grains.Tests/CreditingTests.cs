using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

public sealed class CreditingTests
{
    [Fact]
    public async Task Record_OneOwner_EarnsByThePlan()
    {
        await using var world = await World.WithRepsAsync("ann");

        await world.CreditAsync(Docs.Event("e1", "d1", 120000m, owners: "ann"));

        var estimate = await world.EstimateAsync("ann");
        var commission = estimate.Components[0];
        Assert.Equal(7000m, commission.Earned.Value());
        Assert.Equal("120000", commission.Credited);
        Assert.Equal("1.2", commission.Attainment);
        Assert.Equal(7000m, estimate.Earned.Value());
        Assert.Equal(7000m, estimate.QuarterToDate.Value());
        Assert.Equal(7000m, estimate.YearToDate.Value());
        Assert.Equal(0m, estimate.Components[1].Earned.Value());
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_Splits_CreditEachOwnerWithItsShare()
    {
        await using var world = await World.WithRepsAsync("ann", "bob");
        var split = Docs.Event("e1", "d1", 10000m, owners: ["ann", "bob"]);
        (split.Deal.Owners[0].Share, split.Deal.Owners[1].Share) = ("75%", "0.25");

        await world.CreditAsync(split);

        Assert.Equal(375m, await world.EarnedAsync("ann", "commission"));
        Assert.Equal(125m, await world.EarnedAsync("bob", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_ManagersAndTerritories_AreCreditedOnceEach()
    {
        await using var world = await WithHierarchyAsync();

        await world.CreditAsync(Docs.Event("e1", "d1", 10000m, region: "north", owners: "ann"));

        Assert.Equal(500m, await world.EarnedAsync("ann", "commission"));
        Assert.Equal(100m, await world.EarnedAsync("meg", "override"));
        Assert.Equal(100m, await world.EarnedAsync("top", "override"));
        Assert.Equal(100m, await world.EarnedAsync("ray", "override"));
        Assert.Equal(0m, await world.EarnedAsync("bob", "override"));
        foreach (var (id, deals) in new[] { ("world", 1L), ("america", 1L), ("north", 1L), ("south", 0L) })
        {
            var view = await world.TerritoryAsync(id);
            Assert.Equal(deals, view.All.Deals);
            Assert.Equal(deals, view.Month.Deals);
            Assert.Equal(deals * 10000m, view.Quarter.Credited.Sum(money => money.Value()));
        }

        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_MemberOfTerritoryAndItsAncestorAndManager_HasEachRoleOnce()
    {
        await using var world = await WithHierarchyAsync();
        await world.PutAsync(Docs.Territory("america", "world", members: ["ray", "meg", "ann"]));
        await world.PutAsync(Docs.Territory("north", "america", "north", "ray", "meg"));

        await world.CreditAsync(Docs.Event("e1", "d1", 10000m, region: "north", owners: "ann"));

        // Team and roll-up are counted by one component: the largest share, once.
        Assert.Equal(100m, await world.EarnedAsync("meg", "override"));
        Assert.Equal(100m, await world.EarnedAsync("ray", "override"));
        Assert.Equal(500m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_Positions_AreContiguousInEachShard()
    {
        await using var world = await World.WithRepsAsync("ann");

        var recorded = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(i => world.RecordAsync(Docs.Event($"e{i}", $"d{i % 60}", i, owners: "ann"))));

        foreach (var shard in recorded.GroupBy(one => one.Position.Shard))
        {
            Assert.Equal(
                Enumerable.Range(1, shard.Count()).Select(number => (long)number),
                shard.Select(one => one.Position.Number).Order());
        }

        Assert.Equal(3, recorded.Select(one => one.Position.Shard).Distinct().Count());
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_Duplicate_HasTheFirstPositionAndChangesNothing()
    {
        await using var world = await World.WithRepsAsync("ann");
        var first = await world.CreditAsync(Docs.Event("e1", "d1", 1000m, owners: "ann"));
        var sequence = (await world.EstimateAsync("ann")).AsOf.Sequence;

        var again = await world.CreditAsync(Docs.Event("e1", "d1", 1000m, owners: "ann"));

        Assert.False(first.Repeat);
        Assert.True(again.Repeat);
        Assert.Equal(first.Position, again.Position);
        Assert.Equal(sequence, (await world.EstimateAsync("ann")).AsOf.Sequence);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_EventIdWithOtherContent_IsRefusedInEveryShard()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 1000m, owners: "ann"));

        foreach (var deal in Enumerable.Range(1, 9).Select(i => $"d{i}"))
        {
            var answer = await world.TryRecordAsync(Docs.Event("e1", deal, 2000m, owners: "ann"));

            var refusal = Assert.Single(answer.Refusals);
            Assert.Equal((RefusalReason.EventIdReused, "event_id"), (refusal.Reason, refusal.Field));
        }

        Assert.Equal(50m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_OlderSourceVersion_ChangesNothing()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Versioned("e1", 3, 3000m));
        await world.CreditAsync(Versioned("e2", 2, 2000m));
        Assert.Equal(150m, await world.EarnedAsync("ann", "commission"));

        await world.CreditAsync(Versioned("e3", 3, 3300m));
        Assert.Equal(165m, await world.EarnedAsync("ann", "commission"));

        await world.CreditAsync(Versioned("e4", 0, 4000m));
        Assert.Equal(200m, await world.EarnedAsync("ann", "commission"));

        await world.CreditAsync(Versioned("e5", 2, 5000m));
        Assert.Equal(200m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_AmendmentCancellationAndReturn_AreAbsolute()
    {
        await using var world = await WithHierarchyAsync();
        await world.CreditAsync(Docs.Event("e1", "d1", 10000m, region: "north", owners: "ann"));
        await world.CreditAsync(Docs.Event("e2", "d1", 4000m, "2026-03-03", "south", "ann"));
        Assert.Equal(200m, await world.EarnedAsync("ann", "commission"));
        Assert.Equal(0, (await world.TerritoryAsync("north")).All.Deals);
        Assert.Equal(0m, await world.EarnedAsync("ray", "override"));
        await Audit.CheckAsync(world);

        var cancelled = Docs.Event("e3", "d1", 4000m, "2026-03-03", "south", "ann");
        cancelled.Deal.Status = DealStatus.Cancelled;
        await world.CreditAsync(cancelled);
        Assert.Equal(0m, await world.EarnedAsync("ann", "commission"));
        Assert.Equal(0, (await world.TerritoryAsync("world")).All.Deals);
        Assert.Empty((await world.TerritoryAsync("world")).All.Credited);
        await Audit.CheckAsync(world);

        await world.CreditAsync(Docs.Event("e4", "d1", 4000m, "2026-03-03", "south", "ann"));
        Assert.Equal(200m, await world.EarnedAsync("ann", "commission"));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_ReassignedThreeTimes_LeavesOldOwnersWithNothing()
    {
        await using var world = await World.WithRepsAsync("ann", "bob", "cid");
        foreach (var (owner, i) in new[] { "ann", "bob", "cid", "bob" }.Select((owner, i) => (owner, i)))
        {
            await world.CreditAsync(Docs.Event($"e{i}", "d1", 1000m, owners: owner));
            await Audit.CheckAsync(world);
        }

        Assert.Equal(0m, await world.EarnedAsync("ann", "commission"));
        Assert.Equal(50m, await world.EarnedAsync("bob", "commission"));
        Assert.Equal(0m, await world.EarnedAsync("cid", "commission"));
    }

    [Fact]
    public async Task Record_OpenAndLostDeals_AreNotEarned()
    {
        await using var world = await WithHierarchyAsync();
        foreach (var status in new[] { DealStatus.Open, DealStatus.Lost })
        {
            var request = Docs.Event($"{status}", $"{status}", 1000m, region: "north", owners: "ann");
            request.Deal.Status = status;
            await world.CreditAsync(request);
        }

        Assert.Equal(0m, (await world.EstimateAsync("ann")).Earned.Value());
        Assert.Equal(0m, (await world.EstimateAsync("ray")).Earned.Value());
        Assert.Equal(0, (await world.TerritoryAsync("world")).All.Deals);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_MarginInForeignCurrencyWithoutAmount_IsNotTakenForPlanCurrency()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.PublishAsync(Docs.Flat.Replace("measure: amount", "measure: margin", StringComparison.Ordinal));
        var request = Docs.Event("e1", "d1", 0m, owners: "ann");
        request.Deal.Amount = null;
        request.Deal.Margin = new Money { Currency = "EUR", Units = 1000 };

        await world.CreditAsync(request);

        var commission = (await world.EstimateAsync("ann")).Components[0];
        Assert.Equal("0", commission.Credited);
        Assert.Contains("no-rate", commission.Notices);
    }

    /// <summary>
    /// top manages meg, who manages ann and bob; ray rolls up the north, which is in america, in the world.
    /// </summary>
    internal static async Task<World> WithHierarchyAsync()
    {
        var world = World.InMemory();
        await PutHierarchyAsync(world);
        return world;
    }

    internal static async Task PutHierarchyAsync(World world)
    {
        await world.PutRepsAsync("top", "ray");
        await world.PutAsync(Docs.Rep("meg", "top"));
        await world.PutAsync(Docs.Rep("ann", "meg"));
        await world.PutAsync(Docs.Rep("bob", "meg"));
        await world.PutAsync(Docs.Territory("world"));
        await world.PutAsync(Docs.Territory("america", "world"));
        await world.PutAsync(Docs.Territory("north", "america", "north", "ray"));
        await world.PutAsync(Docs.Territory("south", "america", "south"));
    }

    private static RecordRequest Versioned(string id, long version, decimal amount)
    {
        var request = Docs.Event(id, "d1", amount, owners: "ann");
        request.Version = version;
        return request;
    }
}
