using System.Diagnostics;
using System.Diagnostics.Metrics;
using Commission.Storage;

namespace Commission.Grains.Telemetry;

/// <summary>What the grains measure and trace. Where nobody listens, it costs a look at a field.</summary>
/// <remarks>Metrics have tags of few values only; deals' ids are for spans. Names of payees and amounts for neither.
/// </remarks>
public static class GrainMeters
{
    /// <summary>The name of the source of spans, and of the meter.</summary>
    public const string Name = "Commission.Grains";

    internal static readonly ActivitySource Source = new(Name);

    internal static readonly Meter Meter = new(Name);

    /// <summary>Seconds from handing an event to its deal until all its credits are durable.</summary>
    private static readonly Histogram<double> CreditDuration = Meter.CreateHistogram(
        "commission.credit.duration", "s", "From handing an event to its deal until its credits are durable.",
        tags: null, advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
            [
                0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
            ],
        });

    /// <summary>Events of a shard that are logged and not credited yet.</summary>
    internal static readonly UpDownCounter<long> Lag = Meter.CreateUpDownCounter<long>(
        "commission.dispatch.lag", "{event}", "Events that are logged, and not yet credited with all before them.");

    private static readonly Counter<long> Recorded = Meter.CreateCounter<long>(
        "commission.events.recorded", "{event}", "Events by what the log made of them.");

    private static readonly Counter<long> Credited = Meter.CreateCounter<long>(
        "commission.events.credited", "{event}", "Events whose credits are durable.");

    private static readonly Counter<long> CreditFailures = Meter.CreateCounter<long>(
        "commission.credit.failures", "{attempt}", "Attempts to credit an event that failed, and are made again.");

    private static readonly Counter<long> Recomputed = Meter.CreateCounter<long>(
        "commission.recomputations", "{recomputation}", "Payees recomputed by new documents, deals by new rules.");

    /// <summary>Counts an event by what the log made of it.</summary>
    internal static void CountRecorded(LogOutcome outcome) => Recorded.Add(
        1, new KeyValuePair<string, object?>("commission.outcome", NameOf(outcome)));

    /// <summary>What the log made of an event, as spans and metrics have it.</summary>
    internal static string NameOf(LogOutcome outcome) => outcome switch
    {
        LogOutcome.Appended => "appended",
        LogOutcome.Duplicate => "duplicate",
        _ => "conflict",
    };

    /// <summary>Counts an event that is credited.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="begun">Its timestamp when the event was handed to its deal.</param>
    internal static void CountCredited(TimeProvider time, long begun)
    {
        Credited.Add(1);
        if (CreditDuration.Enabled)
        {
            CreditDuration.Record(time.GetElapsedTime(begun).TotalSeconds);
        }
    }

    /// <summary>Counts an attempt that failed.</summary>
    internal static void CountFailure() => CreditFailures.Add(1);

    /// <summary>Counts a payee whose figures were computed anew by other documents.</summary>
    internal static void CountPayee() => Recomputed.Add(1, Of("payee"));

    /// <summary>Counts a deal that was credited anew by other rules.</summary>
    internal static void CountDeal() => Recomputed.Add(1, Of("deal"));

    private static KeyValuePair<string, object?> Of(string subject) => new("commission.subject", subject);
}
