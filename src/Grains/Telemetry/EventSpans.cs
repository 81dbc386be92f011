using System.Diagnostics;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Storage;

namespace Commission.Grains.Telemetry;

/// <summary>
/// The spans of an event: one until it is recorded, below the call that brought it; and one until it is credited, which
/// is later, below the first. One that is credited after a restart has no first: they share the deal and the position.
/// </summary>
internal static class EventSpans
{
    private const string Deal = "commission.deal";
    private const string Position = "commission.position";
    private const string Shard = "commission.shard";

    /// <summary>Begins the recording of an event; null if nobody listens.</summary>
    public static Activity? Record(int shard, RecordRequest request)
    {
        if (!GrainMeters.Source.HasListeners())
        {
            return null;
        }

        var span = GrainMeters.Source.StartActivity("commission.record");
        return span?.SetTag(Deal, request.Deal?.Deal_ ?? "").SetTag(Shard, shard);
    }

    /// <summary>Notes where the log has it.</summary>
    /// <param name="span">Of the recording; null if nobody listens.</param>
    /// <param name="result">Default for an event that was not logged.</param>
    public static void Recorded(this Activity? span, LogEntryResult result)
    {
        if (span is not null && result != default)
        {
            span.SetTag(Position, result.Position.Number)
                .SetTag("commission.outcome", GrainMeters.NameOf(result.Outcome));
        }
    }

    /// <summary>Begins the crediting of an event; null if nobody listens.</summary>
    /// <param name="logged">The event.</param>
    /// <param name="recorded">The span of its recording; default for one that is read from the log.</param>
    public static Activity? Credit(LoggedEvent logged, ActivityContext recorded)
    {
        if (!GrainMeters.Source.HasListeners())
        {
            return null;
        }

        // The grain is in a turn of whoever came first; that is not what the event belongs to.
        Activity.Current = null;
        return GrainMeters.Source.StartActivity("commission.credit", ActivityKind.Internal, recorded)?
            .SetTag(Deal, logged.Request.Deal.Deal_)
            .SetTag(Shard, logged.Position.Shard)
            .SetTag(Position, logged.Position.Number);
    }
}
