using System.Diagnostics;

namespace Commission.Storage.Telemetry;

/// <summary>
/// Measures and traces the transactions of one writer. Each span stands alone: a transaction is of many callers. Only
/// for use by that writer.
/// </summary>
/// <param name="system">`sqlite` or `postgresql`, as the conventions for databases have it.</param>
/// <param name="table">What is written; null for all kinds.</param>
/// <param name="time">The clock.</param>
internal sealed class CommitTelemetry(string system, string? table, TimeProvider time)
{
    private readonly TagList _tags = table is null
        ? new TagList { { "db.system.name", system } }
        : new TagList { { "db.system.name", system }, { "db.collection.name", table } };

    private long _begun;
    private Activity? _span;

    /// <summary>A transaction begins.</summary>
    public void Begin()
    {
        _begun = time.GetTimestamp();
        if (StorageMeters.Source.HasListeners())
        {
            _span = StorageMeters.Source.StartActivity(
                "commission.store.commit", ActivityKind.Client, default(ActivityContext), _tags);
        }
    }

    /// <summary>It is on disk.</summary>
    /// <param name="operations">How many share it.</param>
    /// <param name="bytes">What they count for in the queue.</param>
    public void Committed(int operations, long bytes)
    {
        StorageMeters.Duration.Record(time.GetElapsedTime(_begun).TotalSeconds, _tags);
        StorageMeters.Operations.Record(operations, _tags);
        StorageMeters.Bytes.Add(bytes, _tags);
        if (_span is { } span)
        {
            span.SetTag("db.operation.batch.size", operations).SetTag("commission.bytes", bytes);
            End();
        }
    }

    /// <summary>It failed.</summary>
    public void Failed()
    {
        StorageMeters.Failures.Add(1, _tags);
        _span?.SetStatus(ActivityStatusCode.Error);
        End();
    }

    /// <summary>It is undone, to be tried again.</summary>
    public void End()
    {
        _span?.Dispose();
        _span = null;
    }
}
