namespace Commission.Embedded.Tests;

public sealed class CallTests
{
    [Fact]
    public async Task Call_OfEachReturnType_GivesTheResult()
    {
        await using var host = new TestHost();
        var probe = host.Probe("a");

        Assert.Equal(3, await probe.Add(3));
        await probe.AddSlowly(2);
        Assert.Equal(4, await probe.Total());
        Assert.Equal("a", await probe.Key());
    }

    [Fact]
    public async Task Call_OfMethodFromGenericBaseInterface_ReachesTheGrain()
    {
        await using var host = new TestHost();

        IEcho<string> echo = host.Probe("a");

        Assert.Equal("hello", await echo.Echo("hello"));
    }

    [Fact]
    public async Task Reference_ToSameGrain_IsEqualAndTellsItsKey()
    {
        await using var host = new TestHost();
        var probe = host.Probe("a");

        var self = await probe.Self();

        Assert.Equal(probe, self);
        Assert.NotEqual(host.Probe("b"), self);
        Assert.Equal("a", probe.GetPrimaryKeyString());
        Assert.Equal(4, await ((IProbe)self!).Add(4));
        Assert.Equal(4, await probe.Total());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exception_ThrownByGrain_ReachesTheCallerUnchanged(bool active)
    {
        await using var host = new TestHost();
        var probe = host.Probe("a");
        if (active)
        {
            await probe.Total();
        }

        var now = new InvalidOperationException("now");
        var later = new FormatException("later");

        Assert.Same(now, await Assert.ThrowsAsync<InvalidOperationException>(() => probe.FailNow(now)));
        Assert.Same(later, await Assert.ThrowsAsync<FormatException>(async () => await probe.FailLater(later)));
        Assert.Contains(nameof(ProbeGrain.FailNow), now.StackTrace, StringComparison.Ordinal);
        Assert.Contains(nameof(ProbeGrain.FailLater), later.StackTrace, StringComparison.Ordinal);
        Assert.Equal(1, await probe.Add(1));
    }

    [Fact]
    public async Task Exception_ThrownSynchronously_ComesWithTheTaskOnly()
    {
        await using var host = new TestHost();
        var probe = host.Probe("a");
        await probe.Total();

        var task = probe.FailNow(new InvalidOperationException("now"));

        Assert.True(task.IsFaulted);
        await Assert.ThrowsAsync<InvalidOperationException>(() => task);
    }

    [Fact]
    public async Task CancellationToken_Cancelled_EndsTheCallAsCancelled()
    {
        await using var host = new TestHost();
        using var cancellation = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var call = host.Probe("a").Cancellable(started, cancellation.Token);
        await started.Task;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(call.IsCanceled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OneWay_ThatFails_IsLoggedAndTheCallerNotTold(bool fails)
    {
        await using var host = new TestHost();
        var done = new TaskCompletionSource();
        var failure = new InvalidOperationException("unheard");

        var call = host.Probe("a").Tell(done, fails ? failure : null);

        Assert.True(call.IsCompletedSuccessfully);
        await done.Task;
        await host.Runtime.StopAsync(CancellationToken.None);
        Assert.Equal(fails ? [failure] : [], host.Errors);
        host.Errors.Clear();
    }

    [Fact]
    public async Task Await_OfForeignTask_ComesBackToTheActivation()
    {
        await using var host = new TestHost();
        var probe = host.Probe("a");
        var queued = new TaskCompletionSource();
        var inline = new TaskCompletionSource();

        var first = probe.StaysOnItsContext(queued.Task);
        queued.SetResult();
        Assert.True(await first);
        var second = probe.StaysOnItsContext(inline.Task);
        inline.SetResult();
        Assert.True(await second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AsyncLocal_OfTheCaller_IsSeenByTheGrain(bool active)
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<IAmbient>("a");
        if (active)
        {
            await grain.Read();
        }

        Ambient.Value = "trace";

        Assert.Equal("trace", await grain.Read());
    }

    [Fact]
    public async Task Call_NotAwaited_HasNoChainOnceItsRequestHasEnded()
    {
        await using var host = new TestHost();
        var release = new TaskCompletionSource();
        var (started, release2) = (new TaskCompletionSource(), new TaskCompletionSource());
        var grain = host.Client.GetGrain<IAmbient>("a");
        await grain.Start(release.Task);
        var hold = grain.Hold(started, release2.Task);
        await started.Task;

        release.SetResult();
        release2.SetResult();
        await hold;

        Assert.Equal("later", await await grain.Started());
    }

    [Fact]
    public async Task Call_Inline_LeavesTheCallersContextAsItWas()
    {
        await using var host = new TestHost();
        var probe = host.Probe("a");
        await probe.Total();
        var context = SynchronizationContext.Current;

        var call = probe.Total();

        Assert.True(call.IsCompleted);
        Assert.Same(context, SynchronizationContext.Current);
        Assert.Equal(0, await call);
    }

    [Fact]
    public async Task GetGrain_OfUnknownInterfaceOrEmptyKey_IsRefused()
    {
        await using var host = new TestHost();

        Assert.Throws<ArgumentException>(() => host.Client.GetGrain<IUnknown>("a"));
        Assert.Throws<ArgumentException>(() => host.Client.GetGrain<IProbe>(string.Empty));
        Assert.Throws<ArgumentException>(() => host.Client.GetGrain<IProbe>("a", "Other."));
        Assert.Equal("a", await host.Client.GetGrain<IProbe>("a", "Commission.").Key());
    }

    [Fact]
    public async Task GetGrain_OfInterfaceWithSynchronousMethod_NamesTheMethod()
    {
        await using var host = new TestHost();

        var refusal = Assert.Throws<ArgumentException>(() => host.Client.GetGrain<ISynchronous>("a"));

        Assert.Contains(nameof(ISynchronous.Now), refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grain_CreatedByHand_SaysSo() =>
        Assert.Throws<InvalidOperationException>(() => new ProbeGrain(new ProbeLog()).GetPrimaryKeyString());

    private static readonly AsyncLocal<string?> Ambient = new();

    internal interface IAmbient : IGrainWithStringKey
    {
        Task<string?> Read();

        Task Start(Task release);

        Task<Task<string>> Started();

        Task Hold(TaskCompletionSource started, Task release);

        Task<string> Later();
    }

    internal sealed class AmbientGrain : Grain, IAmbient
    {
        private Task<string>? _started;

        public Task<string?> Read() => Task.FromResult(Ambient.Value);

        public Task Start(Task release)
        {
            _started = CallMyself(release);
            return Task.CompletedTask;
        }

        public Task<Task<string>> Started() => Task.FromResult(_started!);

        public async Task Hold(TaskCompletionSource started, Task release)
        {
            started.SetResult();
            await release;
        }

        public Task<string> Later() => Task.FromResult("later");

        private async Task<string> CallMyself(Task release)
        {
            await release;
            return await this.AsReference<IAmbient>().Later();
        }
    }

    internal interface IUnknown : IGrainWithStringKey;

    internal interface ISynchronous : IGrainWithStringKey
    {
        int Now();
    }

    internal sealed class SynchronousGrain : Grain, ISynchronous
    {
        public int Now() => 1;
    }
}
