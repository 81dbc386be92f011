using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Commission.Storage.Telemetry;

/// <summary>What the stores measure and trace. Where nobody listens, it costs a look at a field.</summary>
public static class StorageMeters
{
    /// <summary>The name of the source of spans, and of the meter.</summary>
    public const string Name = "Commission.Storage";

    internal static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> Duration = Meter.CreateHistogram(
        "commission.store.commit.duration", "s", "From the begin of a transaction until it is on disk.", tags: null,
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
        });

    internal static readonly Histogram<long> Operations = Meter.CreateHistogram(
        "commission.store.commit.operations", "{operation}", "Operations that shared one transaction.", tags: null,
        advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000] });

    internal static readonly Counter<long> Bytes = Meter.CreateCounter<long>(
        "commission.store.commit.size", "By", "Payload that was written, without the store's own.");

    internal static readonly Counter<long> Failures = Meter.CreateCounter<long>(
        "commission.store.failures", "{failure}", "Transactions that failed, and all of their operations with them.");
}
