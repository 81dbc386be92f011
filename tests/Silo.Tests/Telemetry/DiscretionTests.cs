using System.Diagnostics;
using Commission.Silo.Hosting.Telemetry;

namespace Commission.Silo.Tests.Telemetry;

/// <summary>What is sent of the spans of the grain runtime.</summary>
public sealed class DiscretionTests
{
    [Fact]
    public void OnEnd_OfTheRuntimesSpan_LeavesWhatNamesNobody()
    {
        using var span = Ended("Microsoft.Orleans.Application", span => span
            .SetTag("rpc.method", "IRepGrain/Estimate")
            .SetTag("exception.type", "System.TimeoutException")
            .SetTag("orleans.rpc.target_id", "rep/acme/rep-272")
            .SetTag("rpc.orleans.source_id", "rep/acme/rep-271")
            .SetTag("net.peer.name", "rep/acme/rep-272")
            .SetTag("exception.message", "rep-272 did not answer")
            .SetStatus(ActivityStatusCode.Error, "rep-272 did not answer"));

        Assert.Equal(["rpc.method", "exception.type"], span.TagObjects.Select(tag => tag.Key));
        Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription));
    }

    [Fact]
    public void OnEnd_OfOurSpan_LeavesAll()
    {
        using var span = Ended("Commission.Grains", span => span
            .SetTag("commission.deal", "d-1").SetStatus(ActivityStatusCode.Error, "SHARD_FULL"));

        Assert.Equal("d-1", span.GetTagItem("commission.deal"));
        Assert.Equal("SHARD_FULL", span.StatusDescription);
    }

    private static Activity Ended(string source, Action<Activity> describe)
    {
        using var spans = new ActivitySource(source);
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => ReferenceEquals(one, spans),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var span = spans.StartActivity("call")!;
        describe(span);
        span.Stop();
        using var discretion = new Discretion();
        discretion.OnEnd(span);
        return span;
    }
}
