namespace Commission.Embedded.Hosting;

/// <summary>Where a piece of grain state is stored.</summary>
/// <param name="StateName">The name from <see cref="PersistentStateAttribute"/>.</param>
/// <param name="GrainType">The name of the grain class: lower case, without a trailing <c>Grain</c>.</param>
/// <param name="Key">The key of the grain.</param>
public readonly record struct GrainStateKey(string StateName, string GrainType, string Key);

/// <summary>A stored piece of grain state.</summary>
/// <param name="Payload">The serialized state.</param>
/// <param name="Etag">Its version: another one after each write.</param>
public sealed record GrainStateRecord(ReadOnlyMemory<byte> Payload, string Etag);

/// <summary>Stores grain state. Implementations are called from many activations at once.</summary>
public interface IGrainStorage
{
    /// <summary>The record, or null if there is none.</summary>
    Task<GrainStateRecord?> ReadAsync(GrainStateKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the record if its version is still the expected one, and returns its new version once it is durable.
    /// </summary>
    /// <param name="key">Which record.</param>
    /// <param name="payload">The serialized state; not changed afterwards.</param>
    /// <param name="etag">The expected version; null expects that there is no record.</param>
    /// <param name="cancellationToken">Gives up waiting; the write may have happened all the same.</param>
    /// <exception cref="InconsistentStateException">The record has another version.</exception>
    Task<string> WriteAsync(
        GrainStateKey key, ReadOnlyMemory<byte> payload, string? etag, CancellationToken cancellationToken);

    /// <summary>Removes the record if its version is still the expected one.</summary>
    /// <param name="key">Which record.</param>
    /// <param name="etag">
    /// The expected version; null expects that there is no record, and then nothing is done.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; the removal may have happened all the same.</param>
    /// <exception cref="InconsistentStateException">The record has another version.</exception>
    Task ClearAsync(GrainStateKey key, string? etag, CancellationToken cancellationToken);
}

/// <summary>Turns grain state into bytes and back.</summary>
public interface IGrainStateSerializer
{
    /// <summary>The state as bytes.</summary>
    ReadOnlyMemory<byte> Serialize<TState>(TState state);

    /// <summary>The state from bytes that <see cref="Serialize"/> made.</summary>
    TState Deserialize<TState>(ReadOnlyMemory<byte> payload);
}
