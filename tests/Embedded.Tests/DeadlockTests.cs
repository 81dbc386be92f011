namespace Commission.Embedded.Tests;

public sealed class DeadlockTests
{
    [Fact]
    public async Task Chain_BackToAWaitingGrain_FailsAndNamesTheChain()
    {
        await using var host = new TestHost();

        var deadlock = await Assert.ThrowsAsync<GrainDeadlockException>(() => host.Probe("a").Relay(["b", "c", "a"]));

        Assert.Contains(
            "ProbeGrain(a).Relay -> ProbeGrain(b).Relay -> ProbeGrain(c).Relay -> ProbeGrain(a).Relay",
            deadlock.Message,
            StringComparison.Ordinal);
        Assert.Equal("b", await host.Probe("a").Relay(["b"]));
    }

    [Fact]
    public async Task Call_OfAGrainToItself_Fails()
    {
        await using var host = new TestHost();

        await Assert.ThrowsAsync<GrainDeadlockException>(() => host.Probe("a").RelayTo("a", "key"));

        Assert.Equal("a", await host.Probe("a").Key());
    }

    [Fact]
    public async Task Chain_BackByAnInterleavingMethod_Succeeds()
    {
        await using var host = new TestHost();

        Assert.Equal("a", await host.Probe("a").RelayTo("a", "peek"));
    }

    [Fact]
    public async Task Chain_OfReadOnlyMethods_MayComeBack()
    {
        await using var host = new TestHost();

        Assert.Equal("a", await host.Probe("a").ReadRelay(["b", "a"]));
    }

    [Fact]
    public async Task Call_DuringActivationBackToItself_FailsTheActivation()
    {
        await using var host = new TestHost();
        await host.Probe("b").Key();
        host.Log.CallOnActivation = "b";

        await Assert.ThrowsAsync<GrainDeadlockException>(() => host.Probe("a").Key());

        Assert.Equal("a", await host.Probe("a").Key());
    }

    [Fact]
    public async Task Call_ThatWaitsForAnUnrelatedRequest_JustWaits()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hold = host.Probe("b").Hold(started, release.Task);
        await started.Task;

        var call = host.Probe("a").RelayTo("b", "key");
        Assert.Equal("b", await host.Probe("b").Peek());
        Assert.False(call.IsCompleted);

        release.SetResult();
        await hold;
        Assert.Equal("b", await call);
    }

    [Fact]
    public async Task OneWay_OfAGrainToItself_RunsAfterTheRequest()
    {
        await using var host = new TestHost();
        var grain = host.Client.GetGrain<ISelfSender>("a");

        Assert.Equal("sent", await grain.Send());

        Assert.Equal(["send", "sent", "got"], await grain.Seen());
    }

    internal interface ISelfSender : IGrainWithStringKey
    {
        Task<string> Send();

        [OneWay]
        Task Get();

        Task<string[]> Seen();
    }

    internal sealed class SelfSenderGrain : Grain, ISelfSender
    {
        private readonly List<string> _seen = [];

        public async Task<string> Send()
        {
            _seen.Add("send");
            await this.AsReference<ISelfSender>().Get();
            await Task.Yield();
            _seen.Add("sent");
            return "sent";
        }

        public Task Get()
        {
            _seen.Add("got");
            return Task.CompletedTask;
        }

        public Task<string[]> Seen() => Task.FromResult(_seen.ToArray());
    }
}
