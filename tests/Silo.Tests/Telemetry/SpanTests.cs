using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests.Telemetry;

/// <summary>One trace from the call that records a deal until it is credited, and what is measured.</summary>
public sealed class SpanTests : IDisposable
{
    private const string DealId = "traced-1";

    /// <summary>Every tag that there is: neither a name of a payee nor an amount can be among them.</summary>
    private static readonly string[] KnownTags =
    [
        "rpc.system.name", "rpc.method", "rpc.response.status_code", "error.type", "commission.protocol",
        "commission.deal", "commission.shard", "commission.position", "commission.outcome", "commission.reason",
        "commission.subject", "commission.bytes", "db.system.name", "db.operation.batch.size",
    ];

    private static readonly string[] OfSpansOnly =
        ["commission.deal", "commission.position", "commission.bytes", "db.operation.batch.size"];

    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _caller = ActivitySpanId.CreateRandom();
    private readonly ConcurrentQueue<Activity> _spans = [];
    private readonly ConcurrentQueue<(string Name, double Value, string[] Tags)> _measures = [];
    private readonly TaskCompletionSource _credited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActivityListener _tracing;
    private readonly MeterListener _metering = new();

    public SpanTests()
    {
        _tracing = new ActivityListener
        {
            ShouldListenTo = source => Instruments.Meters.Contains(source.Name, StringComparer.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(_tracing);
        _metering.InstrumentPublished = (instrument, listener) =>
        {
            if (Instruments.Meters.Contains(instrument.Meter.Name, StringComparer.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _metering.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _metering.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _metering.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _metering.Start();
    }

    public void Dispose()
    {
        _tracing.Dispose();
        _metering.Dispose();
    }

    [Fact]
    public async Task Record_OfACallerThatTraces_IsOneTraceUntilTheDealIsCredited()
    {
        await using var silo = await RunningSilo.StartAsync();
        await SampleCompany.PutDocumentsAsync(silo.Api);

        var position = await RecordAsync(silo);
        await _credited.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await silo.Api.EstimateAsync("rep-272", after: position);

        var spans = _spans.Where(span => span.TraceId == _trace).ToList();
        var call = Assert.Single(spans, span => span.DisplayName == "commission.v1.Deals/Record");
        var record = Assert.Single(spans, span => span.DisplayName == "commission.record");
        var credit = Assert.Single(spans, span => span.DisplayName == "commission.credit");
        Assert.Equal(
            (_caller, call.SpanId, record.SpanId), (call.ParentSpanId, record.ParentSpanId, credit.ParentSpanId));
        Assert.All([record, credit], span => Assert.Equal(
            (DealId, position.Shard, position.Number),
            (span.GetTagItem("commission.deal"), span.GetTagItem("commission.shard"),
                span.GetTagItem("commission.position"))));
        Assert.Contains(_spans, span => span.DisplayName == "commission.store.commit" && span.ParentId is null);
    }

    [Fact]
    public async Task Measures_OfADeal_ArePlausibleAndTellNothingOfPay()
    {
        await using (var silo = await RunningSilo.StartAsync())
        {
            await SampleCompany.PutDocumentsAsync(silo.Api);
            await RecordAsync(silo);
            await _credited.Task.WaitAsync(TimeSpan.FromMinutes(1));
        }

        string[] expected =
        [
            "rpc.server.call.duration", "commission.events.recorded", "commission.events.credited",
            "commission.credit.duration", "commission.dispatch.lag", "commission.store.commit.duration",
            "commission.store.commit.operations", "commission.store.commit.size",
        ];
        Assert.Empty(expected.Except(_measures.Select(measure => measure.Name), StringComparer.Ordinal));
        Assert.All(_measures.Where(measure => measure.Name.EndsWith("duration", StringComparison.Ordinal)),
            measure => Assert.InRange(measure.Value, 0, 600));
        Assert.Empty(_spans.SelectMany(span => span.TagObjects).Select(tag => tag.Key)
            .Except(KnownTags, StringComparer.Ordinal));
        Assert.Empty(_measures.SelectMany(measure => measure.Tags).Except(KnownTags.Except(OfSpansOnly)));
    }

    private async Task<Position> RecordAsync(RunningSilo silo)
    {
        var deal = new Deal
        {
            Deal_ = DealId, Credited = SampleCompany.Today, Status = DealStatus.Won,
            Amount = new Money { Currency = "USD", Units = 5000 },
            Owners = { new DealOwner { Rep = "rep-272", Share = "100%" } },
        };
        var options = Api.Patient with { Metadata = [new("traceparent", $"00-{_trace}-{_caller}-01")] };
        var recorded = await silo.Channel.UnaryAsync<RecordRequest, Recorded>(
            DealsReflection.Descriptor.Services[0].FindMethodByName("Record"),
            new RecordRequest { EventId = "traced-event", Deal = deal }, options);
        return recorded.Position;
    }

    private void Keep(Activity span)
    {
        _spans.Enqueue(span);
        if (span.TraceId == _trace && span.DisplayName == "commission.credit")
        {
            _credited.TrySetResult();
        }
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measures.Enqueue((instrument.Name, value, [.. tags.ToArray().Select(tag => tag.Key)]));
}
