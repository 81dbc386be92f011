using System.Diagnostics;
using Microsoft.AspNetCore.Http;

namespace Commission.Gateway.Grpc.Telemetry;

/// <summary>One call as it is measured and traced, whatever the protocol.</summary>
internal sealed class CallTelemetry
{
    private const string WebServer = "Microsoft.AspNetCore";
    private const string SystemTag = "rpc.system.name";
    private const string MethodTag = "rpc.method";
    private readonly RpcMethod _method;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Activity? _around;
    private readonly Activity? _span;

    private CallTelemetry(RpcMethod method, TimeProvider time, IHeaderDictionary headers)
    {
        (_method, _time, _around) = (method, time, Activity.Current);
        _started = time.GetTimestamp();
        _span = GatewayMeters.Source.HasListeners() ? Start(headers.TraceParent, headers.TraceState) : null;
    }

    /// <summary>Begins; null if nobody listens.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="time">The clock.</param>
    /// <param name="headers">The request's: `traceparent` names the caller's span.</param>
    public static CallTelemetry? Begin(RpcMethod method, TimeProvider time, IHeaderDictionary headers) =>
        GatewayMeters.Duration.Enabled || GatewayMeters.Source.HasListeners()
            ? new CallTelemetry(method, time, headers)
            : null;

    /// <summary>Ends, once.</summary>
    /// <param name="status">How the call ended.</param>
    /// <param name="protocol">`grpc`, `grpc-web` or `json`.</param>
    public void End(RpcStatus status, string protocol)
    {
        var code = RpcStatusNames.Of(status);
        var tags = new TagList
        {
            { SystemTag, "grpc" },
            { MethodTag, _method.LogicalName },
            { "rpc.response.status_code", code },
            { "commission.protocol", protocol },
        };
        if (RpcStatusNames.IsServersFault(status))
        {
            tags.Add("error.type", code);
            _span?.SetStatus(ActivityStatusCode.Error);
        }

        GatewayMeters.Duration.Record(_time.GetElapsedTime(_started).TotalSeconds, tags);
        if (_span is not null)
        {
            foreach (var (name, value) in tags)
            {
                _span.SetTag(name, value);
            }

            _span.Dispose();
            Activity.Current = _around;
        }
    }

    /// <summary>
    /// The call's span: below that of the web server if that is collected too, else below the caller's, if any.
    /// </summary>
    private Activity? Start(string? parent, string? state)
    {
        var isCollected = _around is { IsAllDataRequested: true, Source.Name: WebServer };
        var context = default(ActivityContext);
        if (!isCollected)
        {
            // The web server makes a span for itself; one that nobody collects is no parent.
            Activity.Current = null;
            _ = ActivityContext.TryParse(parent, state, isRemote: true, out context);
        }

        var tags = new TagList { { SystemTag, "grpc" }, { MethodTag, _method.LogicalName } };
        var span = GatewayMeters.Source.StartActivity(_method.LogicalName, ActivityKind.Server, context, tags);
        if (span is null)
        {
            Activity.Current = _around;
        }

        return span;
    }
}
