using System.Diagnostics;
using System.Diagnostics.Metrics;
using Google.Rpc;

namespace Commission.Gateway.Grpc.Telemetry;

/// <summary>What the gateway measures and traces. Where nobody listens, it costs a look at a field.</summary>
/// <remarks>Tags have few values each: never an id of a deal or payee, never an amount.</remarks>
public static class GatewayMeters
{
    /// <summary>The name of the source of spans, and of the meter.</summary>
    public const string Name = "Commission.Gateway";

    internal static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);

    /// <summary>Calls by their method, status and protocol, as the conventions for RPC servers say.</summary>
    internal static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "rpc.server.call.duration", "s", "How long calls took, streams from their begin to their end.", tags: null,
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
            [
                0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
            ],
        });

    /// <summary>Refusals by their reason.</summary>
    internal static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "commission.refusals", "{refusal}", "Calls and events of streams that were refused.");

    /// <summary>Watches that are open.</summary>
    internal static readonly UpDownCounter<long> Watchers = Meter.CreateUpDownCounter<long>(
        "commission.watchers", "{watcher}", "Watches that are open.");

    /// <summary>States that were sent to watchers.</summary>
    internal static readonly Counter<long> WatchUpdates = Meter.CreateCounter<long>(
        "commission.watch.updates", "{update}", "States that were sent to watchers.");

    /// <summary>States that watchers did not get because they were superseded meanwhile.</summary>
    internal static readonly Counter<long> Conflated = Meter.CreateCounter<long>(
        "commission.watch.conflated", "{state}", "States that a newer one replaced before a watcher could get them.");

    /// <summary>Counts a refusal by its google.rpc.ErrorInfo, or by its status where it has none.</summary>
    internal static void Refused(RpcError error)
    {
        if (Refusals.Enabled)
        {
            // This version of the package still has the older name of the field.
            Refused(error.Details.OfType<ErrorInfo>().FirstOrDefault()?.Type ?? RpcStatusNames.Of(error.Status));
        }
    }

    /// <summary>Counts a refusal.</summary>
    /// <param name="reason">One of a closed set.</param>
    internal static void Refused(string reason) =>
        Refusals.Add(1, new KeyValuePair<string, object?>("commission.reason", reason));
}
