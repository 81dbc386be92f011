using System.Collections.Concurrent;
using System.Diagnostics;
using Commission.Client;
using Commission.Contracts.V1;

namespace Commission.Orleans.Tests.Protocols;

/// <summary>One trace from the call that records a deal, through the grains, until it is credited.</summary>
public sealed class TraceTests(SiloFixture silo) : IClassFixture<SiloFixture>, IDisposable
{
    private const string DealId = "traced-1";

    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _caller = ActivitySpanId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly TaskCompletionSource _credited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ActivityListener? _tracing;

    public void Dispose() => _tracing?.Dispose();

    [Fact]
    public async Task Record_OfACallerThatTraces_IsOneTraceThroughTheGrains()
    {
        Listen();
        var deal = Sales.Event(Sales.Deal(3) with { Id = DealId });
        var options = new RpcCallOptions { Metadata = [new("traceparent", $"00-{_trace}-{_caller}-01")] };
        var recorded = await silo.Channel.UnaryAsync<RecordRequest, Recorded>(SiloFixture.Record, deal, options);
        await _credited.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await silo.CallAsync<GetEstimateRequest, Estimate>(SiloFixture.GetEstimate, new GetEstimateRequest
        {
            Rep = deal.Deal.Owners[0].Rep, On = "2026-03-31", After = recorded.Position,
        });

        var spans = _spans.Where(span => span.TraceId == _trace).ToDictionary(span => span.SpanId);
        var call = Assert.Single(spans.Values, span => span.DisplayName == "commission.v1.Deals/Record");
        var record = Assert.Single(spans.Values, span => span.DisplayName == "commission.record");
        var credit = Assert.Single(spans.Values, span => span.DisplayName == "commission.credit");
        Assert.Equal((_caller, record.SpanId), (call.ParentSpanId, credit.ParentSpanId));
        Assert.Equal("grpc", call.GetTagItem("commission.protocol"));
        // The calls to grains lie between, as a client's and a server's span each.
        var above = Above(record, spans);
        Assert.Contains(call, above);
        Assert.Contains(above, span => span.Source.Name == "Microsoft.Orleans.Application");
        Assert.All([record, credit], span => Assert.Equal(
            (DealId, recorded.Position.Shard, recorded.Position.Number),
            (span.GetTagItem("commission.deal"), span.GetTagItem("commission.shard"),
                span.GetTagItem("commission.position"))));
        Assert.All(
            _spans.Where(span => span.Source.Name.StartsWith("Microsoft.Orleans.", StringComparison.Ordinal)),
            span => AssertNamesNobody(span, deal.Deal.Owners[0].Rep));
    }

    /// <summary>Once it is as it is sent.</summary>
    private static void AssertNamesNobody(Activity span, string payee)
    {
        using var discretion = new Silo.Hosting.Telemetry.Discretion();
        discretion.OnEnd(span);
        Assert.DoesNotContain(payee, span.DisplayName, StringComparison.Ordinal);
        var tags = string.Join(' ', span.TagObjects.Select(tag => tag.Value));
        Assert.DoesNotContain(payee, tags, StringComparison.Ordinal);
        Assert.Empty(span.Events);
    }

    private static List<Activity> Above(Activity span, Dictionary<ActivitySpanId, Activity> spans)
    {
        var above = new List<Activity>();
        while (spans.TryGetValue(span.ParentSpanId, out var parent))
        {
            above.Add(parent);
            span = parent;
        }

        return above;
    }

    /// <summary>To what the silo collects where a receiver of traces is configured.</summary>
    private void Listen()
    {
        _tracing = new ActivityListener
        {
            ShouldListenTo = source => Silo.Hosting.Telemetry.SiloTelemetry.Sources.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                _spans.Enqueue(span);
                if (span.TraceId == _trace && span.DisplayName == "commission.credit")
                {
                    _credited.TrySetResult();
                }
            },
        };
        ActivitySource.AddActivityListener(_tracing);
    }
}
