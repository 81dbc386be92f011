using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;

namespace Commission.Grains.Tests;

public sealed class ReadYourWritesTests
{
    [Fact]
    public async Task WaitApplied_AfterAnAcknowledgement_SeesTheCredit()
    {
        await using var world = await World.WithRepsAsync("ann");
        for (var i = 1; i <= 50; i++)
        {
            await world.CreditAsync(Docs.Event($"e{i}", $"d{i}", 100m, owners: "ann"));

            var estimate = await world.EstimateAsync("ann");
            Assert.Equal(5m * i, estimate.Earned.Value());
            Assert.Equal(i, estimate.AsOf.Log.Sum(position => position.Number));
        }
    }

    [Fact]
    public async Task WaitApplied_OfANumberThatIsNotThere_SaysSo()
    {
        await using var world = await World.WithRepsAsync("ann");
        var recorded = await world.CreditAsync(Docs.Event("e1", "d1", 1m, owners: "ann"));
        var shard = world.Host.Shard(recorded.Position.Shard);

        Assert.True(await shard.WaitApplied(0, default));
        Assert.True(await shard.WaitApplied(1, default));
        Assert.False(await shard.WaitApplied(2, default));
        Assert.False(await shard.WaitApplied(long.MaxValue, default));
    }

    [Fact]
    public async Task WaitApplied_Cancelled_Ends()
    {
        await using var world = await World.WithRepsAsync("ann");
        var open = Hold(world, "rep/");
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));
        var recorded = await world.RecordAsync(Docs.Event("e1", "d1", 1m, owners: "ann"));
        using var cancellation = new CancellationTokenSource();

        var waiting = world.Host.Shard(recorded.Position.Shard).WaitApplied(1, cancellation.Token);
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        open.SetResult();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_StoreSlowToCredit_ReturnsBeforeTheCredit()
    {
        await using var world = await World.WithRepsAsync("ann");
        var open = Hold(world, "rep/");
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));

        var recorded = await world.RecordAsync(Docs.Event("e1", "d1", 1m, owners: "ann"));

        Assert.Equal(1, recorded.Position.Number);
        open.SetResult();
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task GetEstimate_WithoutDay_IsOfTheBusinessDate()
    {
        await using var world = await World.WithRepsAsync("ann");

        Assert.Equal("2026-02-15", World.Note(await world.Host.Rep("ann").GetEstimate(null)).On);
    }

    [Fact]
    public async Task ListReps_SmallPages_GoThroughAllInOrder()
    {
        await using var world = await World.WithRepsAsync("dan", "ann", "cid", "bob", "eve");
        var found = new List<string>();
        var request = new ListRepsRequest { PageSize = 2 };
        do
        {
            var page = World.Note(await world.Host.Directory.ListReps(request));
            found.AddRange(page.Reps.Select(rep => rep.Rep_));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(["ann", "bob", "cid", "dan", "eve"], found);
    }

    private static TaskCompletionSource Hold(World world, string accounts)
    {
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Host.Gate.HoldAccount = account =>
            account.StartsWith(accounts, StringComparison.Ordinal) ? open.Task : Task.CompletedTask;
        return open;
    }
}
