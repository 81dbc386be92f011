namespace Commission.Embedded.Tests;

public sealed class LifecycleTests
{
    [Fact]
    public async Task Activation_FirstCall_RunsOnceBeforeIt()
    {
        await using var host = new TestHost();
        var gate = new TaskCompletionSource();
        host.Log.ActivationGate = gate.Task;

        var calls = Enumerable.Range(0, 8).Select(_ => host.Probe("a").Add(1).AsTask()).ToArray();
        Assert.DoesNotContain(calls, call => call.IsCompleted);
        gate.SetResult();

        var answers = await Task.WhenAll(calls);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], answers);
        Assert.Equal(["activating a", "activated a"], host.Log.Entries);
    }

    [Fact]
    public async Task Activation_MayInterleaveCalls_LetsThemAllIn()
    {
        await using var host = new TestHost();
        var (activate, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        host.Log.ActivationGate = activate.Task;
        var writing = host.Probe("a").Hold(new TaskCompletionSource(), release.Task);
        var queued = host.Probe("a").Add(1).AsTask();
        var peek = host.Probe("a").Peek();

        activate.SetResult();

        Assert.Equal("a", await peek);
        Assert.False(queued.IsCompleted);
        release.SetResult();
        await Task.WhenAll(writing, queued);
    }

    [Fact]
    public async Task Activation_ThatFails_FailsTheWaitingCallsAndIsTriedAnew()
    {
        await using var host = new TestHost();
        var failure = new InvalidOperationException("no");
        host.Log.FailActivationWith(failure);

        var calls = Enumerable.Range(0, 3).Select(_ => host.Probe("a").Key()).ToArray();

        Assert.Same(failure, await Assert.ThrowsAsync<InvalidOperationException>(() => calls[0]));
        await Task.WhenAll(calls.Select(async call => await Record.ExceptionAsync(() => call)));
        Assert.Equal("a", await host.Probe("a").Key());
        Assert.Equal(["activating a", "activating a", "activated a"], host.Log.Entries, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Activation_WhoseConstructorFails_FailsTheCall()
    {
        await using var host = new TestHost();

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.GetGrain<IMisbuilt>("a").Touch());

        Assert.Equal(0, host.Runtime.ActivationCount);
    }

    [Fact]
    public async Task DeactivateOnIdle_LaterCalls_GetANewActivation()
    {
        await using var host = new TestHost();
        var probe = host.Probe("a");
        var before = await probe.Incarnation();

        await probe.Leave();

        Assert.NotEqual(before, await probe.Incarnation());
        Assert.Equal(
            ["activating a", "activated a", "deactivated a ApplicationRequested", "activating a", "activated a"],
            host.Log.Entries);
    }

    [Fact]
    public async Task Deactivation_WaitsForTheRunningRequest_AndQueuedOnesGetTheNext()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var before = await host.Probe("a").Incarnation();
        var hold = host.Probe("a").Hold(started, release.Task);
        await started.Task;
        var queued = host.Probe("a").Incarnation();

        var gone = host.Runtime.DeactivateAsync(host.Probe("a"));
        Assert.False(gone.IsCompleted);
        Assert.DoesNotContain(host.Log.Entries, entry => entry.StartsWith("deactivated", StringComparison.Ordinal));
        release.SetResult();

        await Task.WhenAll(hold, gone);
        Assert.NotEqual(before, await queued);
        Assert.Contains("deactivated a RuntimeRequested", host.Log.Entries, StringComparer.Ordinal);
    }

    [Fact]
    public async Task Deactivation_RequestThatDoesNotEnd_IsLeftToItselfAfterAWhile()
    {
        await using var host = new TestHost(options => options.DeactivationTimeout = TimeSpan.FromSeconds(7));
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var before = await host.Probe("a").Incarnation();
        var hold = host.Probe("a").Hold(started, release.Task);
        await started.Task;
        var gone = host.Runtime.DeactivateAsync(host.Probe("a"));
        var queued = host.Probe("a").Incarnation();

        host.Clock.Advance(TimeSpan.FromSeconds(6.9));
        Assert.False(gone.IsCompleted);
        host.Clock.Advance(TimeSpan.FromSeconds(0.1));

        await gone;
        var next = await queued;
        Assert.NotEqual(before, next);
        Assert.False(hold.IsCompleted);
        var held = new TaskCompletionSource();
        var holding = host.Probe("a").Hold(held, release.Task);
        await held.Task;
        release.SetResult();
        await Task.WhenAll(hold, holding);
        Assert.Equal(next, await host.Probe("a").Incarnation());
        Assert.Single(host.Errors);
        host.Errors.Clear();
    }

    [Fact]
    public async Task Deactivation_CallThatARunningRequestWaitsFor_IsLetIn()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var leaving = host.Probe("a").LeaveAndCallBack("b", started, release.Task);
        await started.Task;

        release.SetResult();

        await leaving;
        await host.Runtime.DeactivateAsync(host.Probe("a"));
        Assert.Single(host.Log.Entries, entry => entry.StartsWith("deactivated a", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Collection_OfIdleGrain_DeactivatesItOnceItsAgeHasPassed()
    {
        await using var host = new TestHost(options => options.CollectionAge = TimeSpan.FromMinutes(10));
        await host.Probe("a").Key();
        host.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(1, host.Runtime.ActivationCount);
        await host.Probe("a").Key();

        host.Clock.Advance(TimeSpan.FromMinutes(8));
        Assert.Equal(1, host.Runtime.ActivationCount);
        host.Clock.Advance(TimeSpan.FromMinutes(4));

        await host.Runtime.DeactivateAsync(host.Probe("a"));
        Assert.Equal("deactivated a ActivationIdle", host.Log.Entries[^1]);
    }

    [Fact]
    public async Task Collection_OfKeptOrBusyOrDelayedGrain_LeavesItAlone()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await host.Client.GetGrain<IKept>("kept").Touch();
        await host.Client.GetGrain<IDelayed>("delayed").Delay(TimeSpan.FromDays(3));
        await host.Client.GetGrain<IDelayed>("for good").Delay(Timeout.InfiniteTimeSpan);
        var hold = host.Probe("busy").Hold(started, release.Task);
        await started.Task;

        host.Clock.Advance(TimeSpan.FromDays(2));
        Assert.Equal(4, host.Runtime.ActivationCount);
        host.Clock.Advance(TimeSpan.FromDays(2));
        await host.Runtime.DeactivateAsync(host.Client.GetGrain<IDelayed>("delayed"));

        Assert.Equal(3, host.Runtime.ActivationCount);
        release.SetResult();
        await hold;
    }

    [Fact]
    public async Task DeactivateOnIdle_WhileActivating_StillAnswersTheWaitingCall()
    {
        await using var host = new TestHost();

        var first = await host.Client.GetGrain<IFleeting>("a").Incarnation();
        var second = await host.Client.GetGrain<IFleeting>("a").Incarnation();

        Assert.NotEqual(first, second);
    }

    internal interface IMisbuilt : IGrainWithStringKey
    {
        Task Touch();
    }

    internal sealed class MisbuiltGrain : Grain, IMisbuilt
    {
        public MisbuiltGrain() => throw new InvalidOperationException("misbuilt");

        public Task Touch() => Task.CompletedTask;
    }

    internal interface IDelayed : IGrainWithStringKey
    {
        Task Delay(TimeSpan time);
    }

    internal sealed class DelayedGrain : Grain, IDelayed
    {
        public Task Delay(TimeSpan time)
        {
            DelayDeactivation(time);
            return Task.CompletedTask;
        }
    }

    internal interface IFleeting : IGrainWithStringKey
    {
        Task<Guid> Incarnation();
    }

    internal sealed class FleetingGrain : Grain, IFleeting
    {
        private readonly Guid _incarnation = Guid.NewGuid();

        public override Task OnActivateAsync(CancellationToken cancellationToken)
        {
            DeactivateOnIdle();
            return Task.CompletedTask;
        }

        public Task<Guid> Incarnation() => Task.FromResult(_incarnation);
    }
}
