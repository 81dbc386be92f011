using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Commission.Client;
using Commission.Gateway.Grpc.Telemetry;
using Commission.Gateway.Tests.Proto;
using Google.Protobuf;

namespace Commission.Gateway.Tests;

/// <summary>Spans and measures of calls, by each protocol, as OpenTelemetry's conventions for RPC have them.</summary>
public sealed class TelemetryTests : IAsyncLifetime
{
    private readonly ActivityTraceId _trace = ActivityTraceId.CreateRandom();
    private readonly ActivitySpanId _caller = ActivitySpanId.CreateRandom();
    private readonly List<Activity> _spans = [];
    private readonly List<(string Name, double Value, Dictionary<string, object?> Tags)> _measures = [];
    private readonly ActivityListener _tracing;
    private readonly MeterListener _metering = new();
    private EchoHost _host = null!;

    public TelemetryTests()
    {
        _tracing = new ActivityListener
        {
            ShouldListenTo = source => source.Name == GatewayMeters.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(_tracing);
        _metering.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == GatewayMeters.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _metering.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _metering.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _metering.Start();
    }

    public async ValueTask InitializeAsync() => _host = await EchoHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _tracing.Dispose();
        _metering.Dispose();
    }

    [Theory]
    [InlineData("grpc")]
    [InlineData("grpc-web")]
    [InlineData("json")]
    public async Task Call_OfACallerThatTraces_IsASpanBelowTheCallers(string protocol)
    {
        await CallAsync(protocol, new FailRequest { Status = 5, Message = "none" });

        var span = Assert.Single(_spans);
        Assert.Equal(("testing.Echo/Fail", ActivityKind.Server), (span.DisplayName, span.Kind));
        Assert.Equal((_trace, _caller), (span.TraceId, span.ParentSpanId));
        Assert.True(span.HasRemoteParent);
        Assert.Equal(ActivityStatusCode.Unset, span.Status);
        Assert.Equal(
            [
                ("commission.protocol", protocol), ("rpc.method", "testing.Echo/Fail"),
                ("rpc.response.status_code", "NOT_FOUND"), ("rpc.system.name", "grpc"),
            ],
            span.TagObjects.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => (tag.Key, tag.Value)));
    }

    [Theory]
    [InlineData("grpc", 13, "INTERNAL")]
    [InlineData("grpc-web", 15, "DATA_LOSS")]
    [InlineData("json", 14, "UNAVAILABLE")]
    public async Task Call_ThatTheServerFailed_IsAnErrorInSpanAndMeasure(string protocol, int status, string name)
    {
        await CallAsync(protocol, new FailRequest { Status = status, Message = "broken" });

        Assert.Equal(ActivityStatusCode.Error, Assert.Single(_spans).Status);
        Assert.Equal(name, _spans[0].GetTagItem("error.type"));
        // Other tests may measure the same at the same time.
        var measure = Measures("rpc.server.call.duration").Find(
            one => Equals(one.Tags["rpc.response.status_code"], name)
                && Equals(one.Tags["commission.protocol"], protocol));
        Assert.NotNull(measure.Tags);
        Assert.InRange(measure.Value, 0, 60);
        Assert.Equal(
            ["commission.protocol", "error.type", "rpc.method", "rpc.response.status_code", "rpc.system.name"],
            measure.Tags.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Call_Refused_IsCountedByItsReason()
    {
        await CallAsync("grpc", new FailRequest { Status = 3, Message = "wrong", Details = true });

        Assert.Contains(Measures("commission.refusals"), one => Equals(one.Tags["commission.reason"], "DEAL_CLOSED"));
    }

    [Fact]
    public async Task Call_OfACallerWithoutATrace_BeginsOne()
    {
        var before = Activity.Current;

        await _host.Channel.UnaryAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Say"), new EchoMessage(),
            new RpcCallOptions { Metadata = [new("traceparent", "nonsense")] });

        Assert.Empty(_spans);
        Assert.Equal(before, Activity.Current);
        Assert.Contains(
            Measures("rpc.server.call.duration"), one => Equals(one.Tags["rpc.method"], "testing.Echo/Say"));
    }

    [Fact]
    public async Task Call_OfAStream_IsOneSpanUntilItsEnd()
    {
        var options = new RpcCallOptions { Metadata = [new("traceparent", TraceParent)] };
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await foreach (var _ in _host.Channel.DuplexAsync<EchoMessage, EchoMessage>(
            EchoHost.Method("Chat"), OneUntil(seen.Task), options))
        {
            lock (_spans)
            {
                Assert.Empty(_spans);
            }

            seen.SetResult();
        }

        await _host.StopAsync();
        Assert.Equal("OK", Assert.Single(_spans).GetTagItem("rpc.response.status_code"));
    }

    private static async IAsyncEnumerable<EchoMessage> OneUntil(Task end)
    {
        yield return new EchoMessage();
        await end;
    }

    private string TraceParent => $"00-{_trace}-{_caller}-01";

    private async Task CallAsync(string protocol, FailRequest request)
    {
        if (protocol == "grpc")
        {
            await Assert.ThrowsAsync<RpcFailure>(() => _host.Channel.UnaryAsync<FailRequest, EchoMessage>(
                EchoHost.Method("Fail"), request, new RpcCallOptions { Metadata = [new("traceparent", TraceParent)] }));
        }
        else
        {
            using var message = protocol == "json" ? Json(request) : Web(request);
            message.Headers.Add("traceparent", TraceParent);
            using var answer = await _host.Raw.SendAsync(message);
        }

        // A call's measures follow its answer: a server that has stopped has made them.
        await _host.StopAsync();
    }

    private HttpRequestMessage Json(FailRequest request) => new(HttpMethod.Post, new Uri(_host.JsonAddress, "/v1/fail"))
    {
        Content = new StringContent(JsonFormatter.Default.Format(request), Encoding.UTF8, "application/json"),
    };

    private HttpRequestMessage Web(FailRequest request)
    {
        var body = request.ToByteArray();
        byte[] frame = [0, 0, 0, 0, (byte)body.Length, .. body];
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.JsonAddress, "/testing.Echo/Fail"))
        {
            Content = new ByteArrayContent(frame), Version = HttpVersion.Version11,
        };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc-web+proto");
        return message;
    }

    private List<(string Name, double Value, Dictionary<string, object?> Tags)> Measures(string name)
    {
        lock (_measures)
        {
            return _measures.FindAll(measure => measure.Name == name);
        }
    }

    /// <summary>Other tests call at the same time, in traces of their own.</summary>
    private void Keep(Activity span)
    {
        if (span.TraceId == _trace)
        {
            lock (_spans)
            {
                _spans.Add(span);
            }
        }
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var kept = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        lock (_measures)
        {
            _measures.Add((instrument.Name, value, kept));
        }
    }
}
