using System.Collections.Concurrent;
using Commission.Grains.Tests.Harness;
using Commission.Storage;

namespace Commission.Grains.Tests;

/// <summary>The bounds of what goes on in the background: each of these fails where its bound is taken away.</summary>
public sealed class BoundTests
{
    private const int Backlog = 16;

    // A page of the replay, as the shard reads them.
    private const int Page = 2000;

    [Fact]
    public async Task Replay_OfMoreThanTheBacklog_ReadsOnOnlyAsItIsCredited()
    {
        var settings = Settings();
        settings.BacklogLimit = 2 * Page;
        await using var world = await StartAsync(settings);
        var stuck = Signal();
        world.Host.Gate.HoldAccount = account =>
            account.StartsWith("rep/", StringComparison.Ordinal) ? stuck.Task : Task.CompletedTask;
        await world.Host.Runtime.DeactivateAsync(world.Host.Rep("ann"));
        await Task.WhenAll(Enumerable.Range(0, Page + 50)
            .Select(i => world.RecordAsync(Docs.Event($"e{i}", $"d{i}", 1m, owners: "ann"))));
        settings.BacklogLimit = Backlog;
        var gate = await CrashedAsync(world, settings);
        var (released, asked, credited, creditedBySecondPage) = (Signal(), Signal(), 0, -1);
        gate.Host.Gate.Appended = (account, count) =>
            Interlocked.Add(ref credited, account == "rep/acme/ann" ? count : 0);
        gate.Host.Gate.LogRead = (_, after, _) => Interlocked.CompareExchange(
            ref creditedBySecondPage, after < Page ? -1 : Volatile.Read(ref credited), -1);
        Hold(gate, released.Task, asked);
        await gate.Host.StartShardsAsync();

        // The first events are under way and can't be credited: this is where reading must wait.
        await asked.Task;
        Assert.Equal(-1, Volatile.Read(ref creditedBySecondPage));
        released.SetResult();
        await gate.Host.AppliedAsync(0);

        // What is appended is taken by the dispatcher a moment later, the note about the documents is one more.
        Assert.InRange(creditedBySecondPage, Page - Backlog, Page + 1);
        await gate.DisposeAsync();
    }

    [Fact]
    public async Task Sweep_WhileNewEventsWait_ComesAfterThem()
    {
        var time = new PatienceClock { IsEndless = true };
        await using var world = await StartAsync(Settings(inFlight: 1), time);
        await world.CreditAsync(Docs.Event("old", "old", 1m, owners: "ann"));
        await world.SettleAsync();
        var order = new ConcurrentQueue<string>();
        var (released, asked, swept) = (Signal(), Signal(), Signal());
        HoldAppends(world, released.Task, asked, order);
        world.Host.Gate.LogRead = (_, _, _) =>
        {
            order.Enqueue("sweep");
            swept.TrySetResult();
        };
        for (var i = 0; i < 5; i++)
        {
            await world.RecordAsync(Docs.Event($"n{i}", $"n{i}", 1m, owners: "ann"));
        }

        await asked.Task;
        var putting = world.PutAsync(Docs.Territory("all", region: "r"));
        await Task.WhenAny(time.Asked, swept.Task);
        released.SetResult();
        await putting;
        await world.SettleAsync();

        // The last one may be under way still: by then none of them waits to be handed on.
        var seen = order.ToList();
        Assert.True(seen.IndexOf("sweep") > seen.IndexOf("deal/acme/n3"), string.Join(' ', seen));
        await Audit.CheckAsync(world);
    }

    [Fact]
    public async Task Sweep_WhileNewEventsDoNotStop_ComesInBetween()
    {
        var time = new PatienceClock();
        await using var world = await StartAsync(Settings(inFlight: 1), time);
        await world.CreditAsync(Docs.Event("old", "old", 1m, owners: "ann"));
        await world.SettleAsync();
        var order = new ConcurrentQueue<string>();
        var (released, asked) = (Signal(), Signal());
        HoldAppends(world, released.Task, asked, order);
        var swept = Signal();
        world.Host.Gate.LogRead = (_, _, _) => swept.TrySetResult();
        for (var i = 0; i < 5; i++)
        {
            await world.RecordAsync(Docs.Event($"n{i}", $"n{i}", 1m, owners: "ann"));
        }

        await asked.Task;
        var putting = world.PutAsync(Docs.Territory("all", region: "r"));
        // Not one of the new events can be credited meanwhile.
        await swept.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        released.SetResult();
        await putting;
        await world.SettleAsync();
        await Audit.CheckAsync(world);
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static GrainSettings Settings(int inFlight = 4) => new()
    {
        Shards = 1, DealsInFlight = inFlight, BusinessDate = new DateOnly(2026, 2, 15),
    };

    private static async Task<World> StartAsync(GrainSettings settings, TimeProvider? time = null)
    {
        var world = new World(new GrainHost(Stores.Of(new MemoryStore()), settings, time));
        await world.PutRepsAsync("ann");
        return world;
    }

    /// <summary>The next process on the store; its shards are not started yet.</summary>
    private static async Task<World> CrashedAsync(World world, GrainSettings settings)
    {
        var host = await world.Host.CrashAndRestartAsync();
        Assert.Same(settings, host.Settings);
        return new World(host);
    }

    /// <summary>The payee's account can't be written until then.</summary>
    private static void Hold(World world, Task until, TaskCompletionSource asked)
    {
        world.Host.Gate.HoldAppend = account =>
        {
            if (!account.StartsWith("rep/", StringComparison.Ordinal))
            {
                return Task.CompletedTask;
            }

            asked.TrySetResult();
            return until;
        };
    }

    private static void HoldAppends(
        World world, Task until, TaskCompletionSource asked, ConcurrentQueue<string> order)
    {
        Hold(world, until, asked);
        world.Host.Gate.Appended = (account, _) => order.Enqueue(account);
    }

    /// <summary>A clock by which a sweep's patience with new events is over at once, or never.</summary>
    private sealed class PatienceClock : TimeProvider
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
        private readonly TaskCompletionSource _asked = Signal();

        public bool IsEndless { get; init; }

        /// <summary>Completes when a sweep begins to wait.</summary>
        public Task Asked => _asked.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Patience)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            _asked.TrySetResult();
            return base.CreateTimer(callback, state, IsEndless ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, period);
        }
    }
}
