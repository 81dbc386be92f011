namespace Commission.Embedded.Tests;

internal interface IBrief : IGrainWithStringKey
{
    Task Touch();
}

[CollectionAgeLimit(Minutes = 2)]
internal sealed class BriefGrain(ProbeLog log) : Grain, IBrief
{
    public Task Touch() => Task.CompletedTask;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        log.Add($"brief {reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

/// <summary>A class may name an age of its own at which its idle activations go.</summary>
public sealed class CollectionAgeTests
{
    [Fact]
    public async Task Collection_OfClassWithItsOwnLimit_GoesByThatLimit()
    {
        await using var host = new TestHost(options => options.CollectionAge = TimeSpan.FromMinutes(10));
        var brief = host.Client.GetGrain<IBrief>("a");
        await brief.Touch();
        await host.Probe("b").Key();

        host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(2, host.Runtime.ActivationCount);
        host.Clock.Advance(TimeSpan.FromMinutes(3));

        // Returns when it is gone, and is not what made it go: that is in the log.
        await host.Runtime.DeactivateAsync(brief);
        Assert.Equal("brief ActivationIdle", host.Log.Entries[^1]);
        Assert.Equal(1, host.Runtime.ActivationCount);
    }
}
