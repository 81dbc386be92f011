using Commission.Embedded.Hosting;
using Commission.Storage;

namespace Commission.Silo.Hosting;

/// <summary>Keeps the embedded runtime's grain state in the store.</summary>
internal sealed class StoredGrainState(IGrainStateStore store) : IGrainStorage
{
    /// <inheritdoc/>
    public async Task<Embedded.Hosting.GrainStateRecord?> ReadAsync(
        GrainStateKey key, CancellationToken cancellationToken)
    {
        var record = await store.ReadStateAsync(NameOf(key), key.Key, cancellationToken);
        return record is null ? null : new Embedded.Hosting.GrainStateRecord(record.State, record.Etag);
    }

    /// <inheritdoc/>
    public async Task<string> WriteAsync(
        GrainStateKey key, ReadOnlyMemory<byte> payload, string? etag, CancellationToken cancellationToken) =>
        await store.WriteStateAsync(NameOf(key), key.Key, etag, payload, cancellationToken) switch
        {
            StateWriteResult.Written { Etag: { } written } => written,
            var conflict => throw Conflict(key, etag, conflict),
        };

    /// <inheritdoc/>
    public async Task ClearAsync(GrainStateKey key, string? etag, CancellationToken cancellationToken)
    {
        var result = await store.ClearStateAsync(NameOf(key), key.Key, etag, cancellationToken);
        if (result is StateWriteResult.Conflict)
        {
            throw Conflict(key, etag, result);
        }
    }

    private static string NameOf(GrainStateKey key) => $"{key.GrainType}.{key.StateName}";

    private static InconsistentStateException Conflict(GrainStateKey key, string? expected, StateWriteResult result) =>
        new($"{key} has version {(result as StateWriteResult.Conflict)?.ActualEtag ?? "none"}, "
            + $"not {expected ?? "none"}.");
}
