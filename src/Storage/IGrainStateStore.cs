namespace Commission.Storage;

/// <summary>
/// Small states that are written whole, each under (name, key) and guarded by an etag.
/// An etag is never used twice for one key, not even after the state was cleared.
/// </summary>
/// <remarks>Errors are those of <see cref="IDealLog"/>.</remarks>
public interface IGrainStateStore
{
    /// <summary>The state; null when there is none, or it was cleared.</summary>
    /// <exception cref="CorruptRecordException">The state does not match its checksum.</exception>
    Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct);

    /// <summary>Writes the state when <paramref name="etag"/> is current (null: there must be no state).</summary>
    Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct);

    /// <summary>
    /// Removes the state when <paramref name="etag"/> is the current one.
    /// Clearing what is not there, with a null etag, succeeds.
    /// </summary>
    Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct);
}

/// <summary>A state and the etag that its next write must name.</summary>
public sealed record GrainStateRecord(string Etag, ReadOnlyMemory<byte> State);

/// <summary>What became of a write of a state.</summary>
public abstract record StateWriteResult
{
    private StateWriteResult()
    {
    }

    /// <summary>The state was written or cleared.</summary>
    /// <param name="Etag">The etag that the next write must name; null after clearing.</param>
    public sealed record Written(string? Etag) : StateWriteResult;

    /// <summary>Another etag is current; nothing was written.</summary>
    /// <param name="ActualEtag">The current etag; null when there is no state.</param>
    public sealed record Conflict(string? ActualEtag) : StateWriteResult;
}
