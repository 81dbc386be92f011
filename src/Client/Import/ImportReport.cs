using Commission.Contracts.V1;

namespace Commission.Client.Import;

/// <summary>How an import works.</summary>
public sealed record ImportOptions
{
    /// <summary>Where to keep how far the import came, so that a broken one goes on there; null: nowhere.</summary>
    public string? StatePath { get; init; }

    /// <summary>The most events that wait for their acknowledgement at a time; at least 1.</summary>
    public int Window { get; init; } = 1024;

    /// <summary>How often in a row a broken connection is tried again without any acknowledgement between.</summary>
    public int RetriesMax { get; init; } = 10;

    /// <summary>The wait before the first retry; it doubles with each, up to <see cref="LongestDelay"/>.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before a retry.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>How far an import is.</summary>
/// <param name="Line">All lines up to this one are done.</param>
/// <param name="Recorded">Events that are new to the server.</param>
/// <param name="Repeated">Events that it had.</param>
/// <param name="Refused">Deals that were refused.</param>
/// <param name="Retries">How often the connection broke, or the server asked to wait.</param>
public sealed record ImportProgress(long Line, long Recorded, long Repeated, long Refused, long Retries)
{
    /// <summary>All deals that are done.</summary>
    public long Done => Recorded + Repeated + Refused;
}

/// <summary>What an import did.</summary>
/// <param name="Progress">The counts at the end; those before an interruption are included.</param>
/// <param name="Refusals">Each reason for each refused deal, in the order in which they became known.</param>
/// <param name="Positions">The highest event of each shard: carry one as <c>after</c> to read these deals.</param>
/// <param name="ResumedAfterLine">Where an interrupted import was taken up; 0: from the beginning.</param>
/// <param name="Elapsed">Of this run.</param>
/// <param name="Acknowledged">Events that the server answered in this run.</param>
public sealed record ImportReport(
    ImportProgress Progress,
    IReadOnlyList<RowRefusal> Refusals,
    IReadOnlyList<Position> Positions,
    long ResumedAfterLine,
    TimeSpan Elapsed,
    long Acknowledged)
{
    /// <summary>Acknowledged events for each second of this run; 0 for a run without length.</summary>
    public decimal EventsPerSecond => Elapsed > TimeSpan.Zero
        ? Acknowledged * (decimal)TimeSpan.TicksPerSecond / Elapsed.Ticks
        : 0;
}
