using System.Text.Json;
using Commission.Storage;

namespace Commission.Silo.Hosting;

/// <summary>
/// Keeps Orleans' grain state in the store, under the same names and in the same JSON as the default build does: either
/// build goes on with what the other wrote.
/// </summary>
internal sealed class StoredGrainState(IGrainStateStore store) : IGrainStorage
{
    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = await store.ReadStateAsync(NameOf(stateName, grainId), KeyOf(grainId), CancellationToken.None);
        grainState.RecordExists = record is not null;
        grainState.ETag = record?.Etag;
        if (record is not null)
        {
            grainState.State = JsonSerializer.Deserialize<T>(record.State.Span)
                ?? throw new JsonException($"The stored {stateName} of {grainId} is null.");
        }
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var state = JsonSerializer.SerializeToUtf8Bytes(grainState.State);
        var result = await store.WriteStateAsync(
            NameOf(stateName, grainId), KeyOf(grainId), grainState.ETag, state, CancellationToken.None);
        grainState.ETag = EtagOf(result, stateName, grainId, grainState.ETag);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var result = await store.ClearStateAsync(
            NameOf(stateName, grainId), KeyOf(grainId), grainState.ETag, CancellationToken.None);
        grainState.ETag = EtagOf(result, stateName, grainId, grainState.ETag);
        grainState.RecordExists = false;
    }

    private static string NameOf(string stateName, GrainId grainId) => $"{grainId.Type}.{stateName}";

    private static string KeyOf(GrainId grainId) => grainId.Key.ToString() ?? "";

    private static string? EtagOf(StateWriteResult result, string stateName, GrainId grainId, string? expected) =>
        result switch
        {
            StateWriteResult.Written written => written.Etag,
            StateWriteResult.Conflict conflict => throw new InconsistentStateException(
                $"{stateName} of {grainId} was written by another activation.", conflict.ActualEtag, expected),
            _ => throw new InvalidOperationException($"The store answered {result}."),
        };
}
