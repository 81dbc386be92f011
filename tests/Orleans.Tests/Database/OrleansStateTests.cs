using Commission.Grains.Shards;
using Commission.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Commission.Orleans.Tests.Database;

/// <summary>
/// Orleans' providers of stream subscriptions and reminders on the tables and statements that our migration makes.
/// </summary>
public sealed class OrleansStateTests(PostgresSilo silo) : IClassFixture<PostgresSilo>
{
    private static readonly DateTime Start = new(2026, 3, 31, 12, 0, 0, DateTimeKind.Utc);

    private IGrainStorage Subscriptions =>
        silo.Services.GetRequiredKeyedService<IGrainStorage>(Clustering.Subscriptions);

    private IReminderTable Reminders => silo.Services.GetRequiredService<IReminderTable>();

    [Fact]
    public async Task State_WrittenTwice_IsReadAsItIsNow()
    {
        var grain = GrainId.Create("pubsub", "written");
        var state = new GrainState<ShardCursor>(new ShardCursor { Applied = 1 });
        await Subscriptions.WriteStateAsync("state", grain, state);
        state.State = new ShardCursor { Applied = 2 };
        await Subscriptions.WriteStateAsync("state", grain, state);

        var read = await ReadAsync("state", grain);
        Assert.Equal((2L, "2", true), (read.State!.Applied, read.ETag, read.RecordExists));
        Assert.False((await ReadAsync("other", grain)).RecordExists);
        Assert.False((await ReadAsync("state", GrainId.Create("pubsub", "Written"))).RecordExists);
    }

    [Fact]
    public async Task State_OfAnOlderVersion_IsRefusedAndNothingChanges()
    {
        var grain = GrainId.Create("pubsub", "raced");
        var first = new GrainState<ShardCursor>(new ShardCursor { Applied = 1 });
        await Subscriptions.WriteStateAsync("state", grain, first);
        var late = new GrainState<ShardCursor>(new ShardCursor { Applied = 7 });
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => Subscriptions.WriteStateAsync("state", grain, late));
        var stale = await ReadAsync("state", grain);
        await Subscriptions.WriteStateAsync("state", grain, first);

        stale.State = new ShardCursor { Applied = 8 };
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => Subscriptions.WriteStateAsync("state", grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(
            () => Subscriptions.ClearStateAsync("state", grain, stale));

        Assert.Equal(1, (await ReadAsync("state", grain)).State!.Applied);
    }

    [Fact]
    public async Task State_WrittenFirstByManyAtOnce_IsWrittenByOne()
    {
        var grain = GrainId.Create("pubsub", "new");
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(async () =>
        {
            try
            {
                await Subscriptions.WriteStateAsync(
                    "state", grain, new GrainState<ShardCursor>(new ShardCursor { Applied = number }));
                return number;
            }
            catch (InconsistentStateException)
            {
                return 0;
            }
        })));

        var winner = Assert.Single(outcomes, number => number > 0);
        Assert.Equal(winner, (await ReadAsync("state", grain)).State!.Applied);
    }

    [Fact]
    public async Task State_Cleared_IsGoneAndMayBeWrittenAgain()
    {
        var grain = GrainId.Create("pubsub", "cleared");
        var state = new GrainState<ShardCursor>(new ShardCursor { Applied = 1 });
        await Subscriptions.WriteStateAsync("state", grain, state);
        await Subscriptions.ClearStateAsync("state", grain, state);
        Assert.False((await ReadAsync("state", grain)).RecordExists);

        state.State = new ShardCursor { Applied = 3 };
        await Subscriptions.WriteStateAsync("state", grain, state);

        Assert.Equal(3, (await ReadAsync("state", grain)).State!.Applied);
    }

    [Fact]
    public async Task Reminder_PutTwice_IsReadAsItIsNow()
    {
        var grain = GrainId.Create("rep", "reminded");
        var first = await Reminders.UpsertRow(Reminder(grain, "daily", 1));
        var second = await Reminders.UpsertRow(Reminder(grain, "daily", 30));
        await Reminders.UpsertRow(Reminder(grain, "weekly", 7));

        var read = await Reminders.ReadRow(grain, "daily");
        Assert.NotEqual(first, second);
        Assert.Equal(
            (grain, "daily", Start, TimeSpan.FromDays(30), second),
            (read!.GrainId, read.ReminderName, read.StartAt, read.Period, read.ETag));
        Assert.Equal(["daily", "weekly"], (await Reminders.ReadRows(grain)).Reminders
            .Select(reminder => reminder.ReminderName).Order(StringComparer.Ordinal));
        Assert.Null(await Reminders.ReadRow(grain, "monthly"));
    }

    [Fact]
    public async Task Reminders_OfARange_AreThoseBehindItsBeginningUpToItsEnd()
    {
        var grains = Enumerable.Range(0, 8).Select(number => GrainId.Create("range", $"{number}")).ToList();
        foreach (var grain in grains)
        {
            await Reminders.UpsertRow(Reminder(grain, "daily", 1));
        }

        // In the order of the ring as the database has it: by signed hashes.
        grains.Sort((one, other) =>
            unchecked((int)one.GetUniformHashCode()).CompareTo(unchecked((int)other.GetUniformHashCode())));
        var hashes = grains.ConvertAll(grain => grain.GetUniformHashCode());

        Assert.Equal(grains[2..6], await RangeAsync(hashes[1], hashes[5]));
        Assert.Equal([.. grains[..2], .. grains[6..]], await RangeAsync(hashes[5], hashes[1]));
        Assert.Equal(grains, await RangeAsync(hashes[3], hashes[3]));
    }

    [Fact]
    public async Task Reminder_Removed_OnlyByItsLatestVersion()
    {
        var grain = GrainId.Create("rep", "removed");
        var first = await Reminders.UpsertRow(Reminder(grain, "daily", 1));
        var second = await Reminders.UpsertRow(Reminder(grain, "daily", 1));

        Assert.False(await Reminders.RemoveRow(grain, "daily", first!));
        Assert.NotNull(await Reminders.ReadRow(grain, "daily"));
        Assert.True(await Reminders.RemoveRow(grain, "daily", second!));
        Assert.Null(await Reminders.ReadRow(grain, "daily"));
        Assert.False(await Reminders.RemoveRow(grain, "daily", second!));
    }

    private async Task<List<GrainId>> RangeAsync(uint begin, uint end) =>
        [.. (await Reminders.ReadRows(begin, end)).Reminders.Select(reminder => reminder.GrainId)
            .Where(grain => grain.Type.ToString() == "range")
            .OrderBy(grain => unchecked((int)grain.GetUniformHashCode()))];

    private async Task<GrainState<ShardCursor>> ReadAsync(string name, GrainId grain)
    {
        var state = new GrainState<ShardCursor>();
        await Subscriptions.ReadStateAsync(name, grain, state);
        return state;
    }

    private static ReminderEntry Reminder(GrainId grain, string name, int days) => new()
    {
        GrainId = grain,
        ReminderName = name,
        StartAt = Start,
        Period = TimeSpan.FromDays(days),
    };
}
