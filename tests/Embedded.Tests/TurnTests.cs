using Commission.Embedded.Simulation;

namespace Commission.Embedded.Tests;

public sealed class TurnTests
{
    [Fact]
    public async Task Adds_OfManyCallers_AreNeverLostNorAtOnce()
    {
        await using var host = new TestHost();
        const int Callers = 64;
        const int Calls = 500;

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var probe = host.Probe("a");
            for (var i = 0; i < Calls; i++)
            {
                if ((i + caller) % 3 == 0)
                {
                    await probe.AddSlowly(i % 3);
                }
                else
                {
                    await probe.Add(1);
                }
            }
        })));

        Assert.Equal(Callers * Calls, await host.Probe("a").Total());
        Assert.Equal(0, host.Log.Violations);
    }

    [Fact]
    public async Task Relays_BetweenManyGrains_AllComeBack()
    {
        await using var host = new TestHost();
        string[] path = ["b", "c", "d"];

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            var last = string.Empty;
            for (var i = 0; i < 100; i++)
            {
                last = await host.Probe($"a{caller}").Relay(path);
            }

            return last;
        })));

        Assert.All(answers, answer => Assert.Equal("d", answer));
    }

    [Fact]
    public async Task Deactivations_AmidManyCalls_LoseNoCall()
    {
        await using var host = new TestHost();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var count = 0;
            for (var i = 0; i < 300; i++)
            {
                if (i % 7 == caller % 7)
                {
                    await host.Probe("a").Leave();
                }

                count += (await host.Probe("a").Echo("x")).Length;
            }

            return count;
        })));

        Assert.All(answers, answer => Assert.Equal(300, answer));
        await host.Runtime.DeactivateAllAsync();
        Assert.Equal(
            host.Log.Entries.Count(entry => entry.StartsWith("activated", StringComparison.Ordinal)),
            host.Log.Entries.Count(entry => entry.StartsWith("deactivated", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Request_WhileAnotherAwaits_WaitsForItsEnd()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hold = host.Probe("a").Hold(started, release.Task);
        await started.Task;

        var next = host.Probe("a").Add(1).AsTask();
        var peek = await host.Probe("a").Peek();

        Assert.Equal("a", peek);
        Assert.False(next.IsCompleted);
        release.SetResult();
        await hold;
        Assert.Equal(1, await next);
    }

    [Fact]
    public async Task ReadOnlyRequests_BesideAWriter_InterleaveWithEachOtherOnly()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var reading = host.Probe("a").HoldReading(started, release.Task);
        await started.Task;

        var write = host.Probe("a").Add(1).AsTask();
        Assert.Equal(0, await host.Probe("a").Total());

        Assert.False(write.IsCompleted);
        release.SetResult();
        await reading;
        Assert.Equal(1, await write);
    }

    [Fact]
    public async Task ReadOnlyRequests_BehindAWriter_StartTogetherAfterIt()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (one, other, both) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        var writing = host.Probe("a").Hold(started, release.Task);
        await started.Task;
        var reads = Task.WhenAll(
            host.Probe("a").HoldReading(one, both.Task), host.Probe("a").HoldReading(other, both.Task));
        Assert.False(one.Task.IsCompleted);

        release.SetResult();
        await Task.WhenAll(writing, one.Task, other.Task);
        both.SetResult();

        await reads;
    }

    [Fact]
    public async Task AlwaysInterleave_WhileAWriterAwaits_Starts()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var (second, secondRelease) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = host.Probe("a").Hold(started, release.Task);
        await started.Task;

        var interleaving = host.Probe("a").HoldInterleaving(second, secondRelease.Task);
        await second.Task;
        release.SetResult();
        await writing;

        Assert.Equal(1, await host.Probe("a").Add(1));
        secondRelease.SetResult();
        await interleaving;
    }

    [Fact]
    public async Task Reentrant_AnyRequests_Interleave()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<IReentrantProbe>("r");
        var (one, two, release) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());

        var first = grain.Hold(one, release.Task);
        var second = grain.Hold(two, release.Task);

        await Task.WhenAll(one.Task, two.Task);
        Assert.Equal("end", await grain.CallThrough("through"));
        release.SetResult();
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task DeepChain_OfInlineCalls_ComesBackWithoutExhaustingTheStack()
    {
        await using var host = new TestHost();
        var path = Enumerable.Range(0, 2_000).Select(i => $"n{i}").ToArray();

        Assert.Equal("n1999", await host.Probe("a").ReadRelay(path));
        Assert.Equal("n1999", await host.Probe("a").ReadRelay(path));
    }

    [Fact]
    public async Task Mailbox_Full_RefusesAndRecovers()
    {
        await using var host = new TestHost(options => options.MailboxLimit = 3);
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hold = host.Probe("a").Hold(started, release.Task);
        await started.Task;
        var accepted = new[] { host.Probe("a").Add(1).AsTask(), host.Probe("a").Add(1).AsTask() };

        var refusal = await Assert.ThrowsAsync<GrainOverloadedException>(async () => await host.Probe("a").Add(1));

        Assert.Contains("ProbeGrain(a)", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<GrainOverloadedException>(() => host.Probe("a").Peek());
        release.SetResult();
        await hold;
        await Task.WhenAll(accepted);
        Assert.Equal(3, await host.Probe("a").Add(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(99)]
    public void SeededScheduler_UnderStress_RunsOnOneThread(int seed)
    {
        var scheduler = new SeededTurnScheduler(seed);
        var host = new TestHost(scheduler: scheduler);
        scheduler.Run(async () =>
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => host.Probe("a").AddSlowly(2).AsTask()));
            Assert.Equal(64, await host.Probe("a").Total());
        });
        Assert.Equal(0, host.Log.Violations);
    }
}
