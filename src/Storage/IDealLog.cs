using System.Runtime.InteropServices;

namespace Commission.Storage;

/// <summary>
/// The deal log: every accepted deal event, numbered per shard from 1 without gaps, and never changed.
/// Each shard has one writer; the key (shard, number) fences any other.
/// </summary>
/// <remarks>
/// Every method throws <see cref="StoreUnavailableException"/> when the store cannot read or write its medium,
/// and <see cref="ArgumentException"/> for keys that <see cref="StorageLimits"/> rules out.
/// Memory that is handed to a call must not change before its task completes.
/// </remarks>
public interface IDealLog
{
    /// <summary>
    /// Appends <paramref name="entries"/> after <paramref name="expectedHead"/>; durable once the task completes.
    /// An entry whose event id its tenant has already logged, in any shard or earlier in this call, takes no number.
    /// </summary>
    /// <param name="shard">The shard, 0 to <see cref="StorageLimits.ShardMax"/>.</param>
    /// <param name="expectedHead">The number of the shard's last entry as its writer knows it; 0 for none.</param>
    /// <param name="entries">The entries in the order in which they are to be numbered; may be empty.</param>
    /// <param name="ct">
    /// Abandons the call while it waits for its turn. Once its turn has come the call runs to its end and reports it.
    /// </param>
    /// <returns>
    /// <see cref="LogAppendResult.Accepted"/> with one outcome per entry, or
    /// <see cref="LogAppendResult.Fenced"/> with nothing written when the head is another.
    /// </returns>
    Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct);

    /// <summary>The number of the shard's last entry; 0 when it has none.</summary>
    Task<long> ReadHeadAsync(int shard, CancellationToken ct);

    /// <summary>
    /// Up to <paramref name="maxCount"/> entries with numbers above <paramref name="afterNumber"/>, ascending.
    /// Fewer than asked for means that the head was reached.
    /// </summary>
    /// <exception cref="CorruptRecordException">A record does not match its checksum, or one is missing.</exception>
    Task<IReadOnlyList<LogRecord>> ReadAsync(int shard, long afterNumber, int maxCount, CancellationToken ct);
}

/// <summary>One event to append to the deal log.</summary>
/// <param name="Tenant">The tenant, within which event ids are unique for good.</param>
/// <param name="EventId">The event's id in its source.</param>
/// <param name="ContentHash">
/// 32 bytes that are equal exactly when the event says the same. Stores may compare only the first 16.
/// </param>
/// <param name="Payload">The event as it is to be replayed.</param>
/// <param name="RecordedAt">When the event was received; kept in UTC to the whole millisecond, rounded down.</param>
public sealed record LogEntry(
    string Tenant,
    string EventId,
    ReadOnlyMemory<byte> ContentHash,
    ReadOnlyMemory<byte> Payload,
    DateTimeOffset RecordedAt);

/// <summary>One event as it is in the deal log, its checksum verified.</summary>
public sealed record LogRecord(
    int Shard,
    long Number,
    string Tenant,
    string EventId,
    ReadOnlyMemory<byte> Payload,
    DateTimeOffset RecordedAt)
{
    /// <summary>Where the record is.</summary>
    public LogPosition Position => new(Shard, Number);
}

/// <summary>A place in the deal log.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogPosition(int Shard, long Number);

/// <summary>What became of one entry of an append.</summary>
public enum LogOutcome
{
    /// <summary>It was appended; the position is its own.</summary>
    Appended,

    /// <summary>The same event was already there; the position is that of the first.</summary>
    Duplicate,

    /// <summary>The event id is there with other content; the position is that of the first.</summary>
    Conflict,
}

/// <summary>The outcome for one entry, and the position of the first event with its id.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogEntryResult(LogOutcome Outcome, LogPosition Position);

/// <summary>What became of an append to the deal log.</summary>
public abstract record LogAppendResult
{
    private LogAppendResult()
    {
    }

    /// <summary>The writer was current.</summary>
    /// <param name="Head">The shard's head after the call.</param>
    /// <param name="Entries">One result per entry, in the order of the entries.</param>
    public sealed record Accepted(long Head, IReadOnlyList<LogEntryResult> Entries) : LogAppendResult;

    /// <summary>Another writer appended meanwhile; nothing of this call was written.</summary>
    /// <param name="ActualHead">The shard's head.</param>
    public sealed record Fenced(long ActualHead) : LogAppendResult;
}
