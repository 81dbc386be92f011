using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Grains.Tests.Harness;
using Commission.Storage;

namespace Commission.Grains.Tests;

/// <summary>More than the store takes: what waits stays bounded, the rest is refused, nothing is lost.</summary>
public sealed class OverloadTests
{
    private const int Backlog = 16;
    private const int Waiting = 32;

    [Fact]
    public async Task Record_FarMoreThanTheStoreTakes_IsRefusedBeyondTheBoundsAndCreditedOnce()
    {
        const int senders = 100;
        const int each = 5;
        await using var world = await StartAsync(new GrainSettings
        {
            Shards = 1, DealsInFlight = 4, BacklogLimit = Backlog, WaitingLimit = Waiting,
        });
        var (logged, credited, most, refused) = (0, 0, 0, 0);
        world.Host.Gate.Logged = count =>
            most = Math.Max(most, Interlocked.Add(ref logged, count) - Volatile.Read(ref credited));
        world.Host.Gate.Appended = (account, count) =>
            Interlocked.Add(ref credited, account == "rep/acme/ann" ? count : 0);
        world.Host.Gate.HoldAppend = SlowAsync;

        await Task.WhenAll(Enumerable.Range(0, senders).Select(async sender =>
        {
            for (var i = 0; i < each; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{sender}-{i}");
                var request = Docs.Event($"e{id}", $"d{id}", 1m, region: "r", owners: "ann");
                for (var written = world.Host.Gate.NextWrite; ; written = world.Host.Gate.NextWrite)
                {
                    if (await world.TryRecordAsync(request) is { IsValue: false } answer)
                    {
                        Assert.Equal(RefusalReason.Overloaded, answer.Refusals[0].Reason);
                        Interlocked.Increment(ref refused);
                        await written;
                    }
                    else
                    {
                        break;
                    }
                }
            }
        }));
        await world.SettleAsync();

        Assert.True(refused > senders, $"{refused} refusals");
        // An append that found room takes all that waits with it.
        Assert.InRange(most, Backlog, Backlog + Waiting);
        Assert.Equal((senders * each, senders * each), (logged, credited));
        Assert.Equal(senders * each, World.Note(await world.Host.Territory("all").Get(null)).All.Deals);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Record_LargeEventsThanTheBytesThatMayWait_IsRefused()
    {
        await using var world = await StartAsync(new GrainSettings
        {
            Shards = 1, BacklogBytes = 500, WaitingBytes = 1000,
        });
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Host.Gate.HoldAppend = account =>
            account.StartsWith("rep/", StringComparison.Ordinal) ? open.Task : Task.CompletedTask;

        await world.RecordAsync(Large(0));
        // Either may come first: it waits, and the other is refused.
        var one = world.TryRecordAsync(Large(1));
        var other = world.TryRecordAsync(Large(2));
        var refused = await Task.WhenAny(one, other);
        open.SetResult();

        Assert.Equal(RefusalReason.Overloaded, (await refused).Refusals[0].Reason);
        Assert.True((await (refused == one ? other : one)).IsValue);
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Replay_MoreThanTheBacklog_CreditsAllOfIt()
    {
        var settings = new GrainSettings { Shards = 1, DealsInFlight = 4, BacklogLimit = 1000 };
        await using var world = await StartAsync(settings);
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Host.Gate.HoldAccount = account =>
            account.StartsWith("rep/", StringComparison.Ordinal) ? stuck.Task : Task.CompletedTask;
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));
        for (var i = 0; i < 200; i++)
        {
            await world.RecordAsync(Docs.Event($"e{i}", $"d{i}", 1m, region: "r", owners: "ann"));
        }

        settings.BacklogLimit = Backlog;
        await world.CrashAsync();
        await world.SettleAsync();
        stuck.SetResult();

        Assert.Equal(200, World.Note(await world.Host.Territory("all").Get(null)).All.Deals);
        await Audit.CheckAsync(world);
    }

    private static Contracts.V1.RecordRequest Large(int i)
    {
        var request = Docs.Event($"e{i}", $"d{i}", 1m, region: "r", owners: "ann");
        request.Deal.Fields.Add("note", new string('x', 800));
        return request;
    }

    private static async Task<World> StartAsync(GrainSettings settings)
    {
        settings.BusinessDate = new DateOnly(2026, 2, 15);
        var world = new World(new GrainHost(Stores.Of(new MemoryStore()), settings));
        await world.PutRepsAsync("ann");
        await world.PutAsync(Docs.Territory("all", region: "r"));
        return world;
    }

    /// <summary>A store that takes long for each append.</summary>
    private static async Task SlowAsync(string account)
    {
        for (var i = 0; i < 50; i++)
        {
            await Task.Yield();
        }
    }
}
