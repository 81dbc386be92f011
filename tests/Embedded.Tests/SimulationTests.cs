using Commission.Embedded.Simulation;

namespace Commission.Embedded.Tests;

public sealed class SimulationTests
{
    [Fact]
    public void Seed_SameTwice_GivesTheSameOrder()
    {
        var (first, firstDigest) = Simulate(42);
        var (second, secondDigest) = Simulate(42);

        Assert.Equal(first, second);
        Assert.Equal(firstDigest, secondDigest);
    }

    [Fact]
    public void Seeds_Different_GiveOtherOrders()
    {
        var orders = Enumerable.Range(0, 5).Select(seed => string.Join(' ', Simulate(seed).Order));

        Assert.True(orders.Distinct(StringComparer.Ordinal).Count() > 1);
    }

    [Fact]
    public void Scheduler_Seeded_RunsEverythingOnTheCallersThread()
    {
        var scheduler = new SeededTurnScheduler(7);
        var thread = Environment.CurrentManagedThreadId;
        var host = new TestHost(scheduler: scheduler);

        scheduler.Run(async () =>
        {
            await host.Probe("a").Relay(["b", "c"]);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            await Task.WhenAll(host.Probe("a").AddSlowly(3).AsTask(), host.Probe("b").AddSlowly(3).AsTask());
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            await host.Runtime.StopAsync(CancellationToken.None);
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
        });

        Assert.Equal(0, host.Runtime.ActivationCount);
    }

    [Fact]
    public void VirtualTime_NothingElseToRun_Moves()
    {
        var scheduler = new SeededTurnScheduler(7);
        var clock = new VirtualTimeProvider(DateTimeOffset.UnixEpoch);

        scheduler.Run(
            async () =>
            {
                await Task.Delay(TimeSpan.FromDays(40), clock);
                await Task.Delay(TimeSpan.FromHours(1), clock);
            },
            clock.AdvanceToNextTimer);

        Assert.Equal(DateTimeOffset.UnixEpoch.AddDays(40).AddHours(1), clock.GetUtcNow());
    }

    [Fact]
    public void Program_ThatCanNotGoOn_IsReported()
    {
        var scheduler = new SeededTurnScheduler(7);

        Assert.Throws<InvalidOperationException>(() => scheduler.Run(() => new TaskCompletionSource().Task));
    }

    [Fact]
    public void KilledProcess_RunsNoFurther_AndTheNextStartsFromWhatIsStored()
    {
        var scheduler = new SeededTurnScheduler(3);
        var first = new KillableTurnScheduler(scheduler);
        var before = new TestHost(scheduler: first);
        var after = new TestHost(scheduler: new KillableTurnScheduler(scheduler), storage: before.Storage);

        scheduler.Run(async () =>
        {
            await before.Client.GetGrain<StateTests.ICounter>("a").Add(5, write: true);
            var lost = before.Client.GetGrain<StateTests.ICounter>("a").Add(1, write: true);
            first.Kill();
            Assert.Equal(5, (await after.Client.GetGrain<StateTests.ICounter>("a").Read()).Value);
            Assert.False(lost.IsCompleted);
        });
    }

    [Fact]
    public void VirtualTimers_SeveralDue_FireInOrderOfTheirTimes()
    {
        var clock = new VirtualTimeProvider(DateTimeOffset.UnixEpoch);
        var fired = new List<string>();
        using var late = clock.CreateTimer(_ => fired.Add($"late {clock.GetTimestamp()}"), null, new(30), new(100));
        using var early = clock.CreateTimer(_ => fired.Add($"early {clock.GetTimestamp()}"), null, new(20), new(20));
        using var gone = clock.CreateTimer(_ => fired.Add("gone"), null, new(25), new(1));
        gone.Dispose();

        clock.Advance(new TimeSpan(60));

        Assert.Equal(["early 20", "late 30", "early 40", "early 60"], fired);
        Assert.Equal(60, clock.GetTimestamp());
    }

    private static (string[] Order, ulong Digest) Simulate(long seed)
    {
        var scheduler = new SeededTurnScheduler(seed);
        var host = new TestHost(scheduler: scheduler);
        scheduler.Run(async () =>
        {
            var calls = Enumerable.Range(0, 10).Select(i => host.Probe($"p{i}").Relay([$"q{i}"]));
            await Task.WhenAll(calls);
            await host.Runtime.StopAsync(CancellationToken.None);
        });
        return (host.Log.Entries, scheduler.Digest);
    }
}
