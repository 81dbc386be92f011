using Commission.Contracts.Grains;
using Commission.Grains.Tests.Harness;
using Commission.Storage;

namespace Commission.Grains.Tests;

/// <summary>What holds where callers and grains share one process and one clock, and not over a network.</summary>
public sealed class SameProcessTests
{
    [Fact]
    public async Task GetEstimate_SameDayAgain_IsTheSameAnswerUntilSomethingChanges()
    {
        await using var world = await World.WithRepsAsync("ann");
        var once = await world.EstimateAsync("ann");
        var first = await world.EstimateAsync("ann");
        Assert.Equal(once, first);
        Assert.Same(first, await world.EstimateAsync("ann"));

        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));

        var second = await world.EstimateAsync("ann");
        Assert.NotSame(first, second);
        Assert.Equal(5m, second.Earned.Value());
        Assert.True(second.AsOf.Sequence > first.AsOf.Sequence);
        Assert.NotNull(second.AsOf.Time);
    }

    [Fact]
    public async Task GetEstimate_OtherDaysBetween_EachIsOfItsDay()
    {
        await using var world = await World.WithRepsAsync("ann");
        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        var (own, other) = ("2026-02-15", "2026-05-15");
        string[] days = [own, own, other, own, other, other, other, own, own, own];

        foreach (var day in days)
        {
            var answer = await world.EstimateAsync("ann", day);
            Assert.Equal((day, day == own ? 5m : 0m), (answer.On, answer.Earned.Value()));
        }
    }

    [Fact]
    public async Task Watchers_SeveralChanges_AreToldOfEachWithItsSequence()
    {
        await using var world = await World.WithRepsAsync("ann");
        var told = System.Threading.Channels.Channel.CreateUnbounded<RepChanged>();
        var stream = world.Host.Client.GetStreamProvider(StreamNames.Provider).GetStream<RepChanged>(
            StreamId.Create(StreamNames.Estimates, GrainKeys.Of(GrainHost.Tenant, "ann")));
        var subscription = await stream.SubscribeAsync(async (change, _) => await told.Writer.WriteAsync(change));

        await world.CreditAsync(Docs.Event("e1", "d1", 100m, owners: "ann"));
        Assert.Equal((await world.EstimateAsync("ann")).AsOf.Sequence, (await told.Reader.ReadAsync()).Sequence);
        await world.PublishAsync(Docs.Flat.Replace("rate: 5%", "rate: 6%", StringComparison.Ordinal));
        Assert.Equal((await world.EstimateAsync("ann")).AsOf.Sequence, (await told.Reader.ReadAsync()).Sequence);

        await subscription.UnsubscribeAsync();
    }

    [Fact]
    public async Task Crediting_WhileTheStoreFails_IsTriedAgainAfterTwoSecondsOrSo()
    {
        const int failures = 40;
        var time = new HastyClock();
        await using var world = new World(new GrainHost(Stores.Of(new MemoryStore()), Settings(), time));
        await world.PutRepsAsync("ann");
        var failed = 0;
        world.Host.Gate.HoldAppend = account =>
            account.StartsWith("deal/", StringComparison.Ordinal) && Interlocked.Increment(ref failed) <= failures
                ? throw new StoreUnavailableException("It is away.", null, nothingWritten: true, canContinue: true)
                : Task.CompletedTask;

        await world.CreditAsync(Docs.Event("e15", "d", 1m, owners: "ann"));

        Assert.Equal(failures + 1, failed);
        Assert.InRange(time.Longest, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.5));
        // An outage must not fill the log with one line for each attempt.
        Assert.InRange(world.Host.Log.Errors.Count, 1, 10);
        await Audit.CheckAsync(world);
    }

    private static GrainSettings Settings() => new() { Shards = 1, BusinessDate = new DateOnly(2026, 2, 15) };

    /// <summary>A clock by which pauses are over at once; it knows the longest.</summary>
    private sealed class HastyClock : TimeProvider
    {
        // What waits longer is there to end something that hangs.
        private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
        private long _longest;

        public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref _longest));

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            // A pause is once; what comes again and again keeps its time.
            if (period != Timeout.InfiniteTimeSpan || dueTime > LongestPause)
            {
                return base.CreateTimer(callback, state, dueTime, period);
            }

            Interlocked.Exchange(ref _longest, Math.Max(Interlocked.Read(ref _longest), dueTime.Ticks));
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
