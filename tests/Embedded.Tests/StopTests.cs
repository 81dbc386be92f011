namespace Commission.Embedded.Tests;

public sealed class StopTests
{
    [Fact]
    public async Task Stop_LetsRunningAndQueuedCallsEnd_ThenDeactivatesAll()
    {
        await using var host = new TestHost();
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        await host.Probe("b").Key();
        var hold = host.Probe("a").Hold(started, release.Task);
        await started.Task;
        var queued = host.Probe("a").RelayTo("new", "key");

        var stop = host.Runtime.StopAsync(CancellationToken.None);
        await Assert.ThrowsAsync<GrainRuntimeStoppedException>(() => host.Probe("a").Key());
        await Assert.ThrowsAsync<GrainRuntimeStoppedException>(() => host.Probe("unborn").Key());
        release.SetResult();

        await stop;
        await hold;
        Assert.Equal("new", await queued);
        Assert.Equal(0, host.Runtime.ActivationCount);
        var deactivated = host.Log.Entries.Where(entry => entry.StartsWith("deactivated", StringComparison.Ordinal));
        Assert.Equal(
            ["deactivated a ShuttingDown", "deactivated b ShuttingDown", "deactivated new ShuttingDown"],
            deactivated.Order(StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task HostedServices_Stopped_StopTheGrains()
    {
        await using var host = new TestHost();
        await host.Probe("a").Key();

        foreach (var service in host.HostedServices)
        {
            await service.StopAsync(CancellationToken.None);
        }

        Assert.Equal("deactivated a ShuttingDown", host.Log.Entries[^1]);
    }

    [Fact]
    public async Task Stop_AtItsDeadline_FailsWhatStillWaits()
    {
        await using var host = new TestHost(options => options.StopTimeout = TimeSpan.FromSeconds(5));
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var hold = host.Probe("a").Hold(started, release.Task);
        await started.Task;
        var queued = host.Probe("a").Key();

        var stop = host.Runtime.StopAsync(CancellationToken.None);
        Assert.False(stop.IsCompleted);
        host.Clock.Advance(TimeSpan.FromSeconds(6));

        await stop;
        release.SetResult();
        await hold;
        await Assert.ThrowsAsync<GrainRuntimeStoppedException>(() => queued);
        Assert.Single(host.Errors);
        host.Errors.Clear();
    }
}
