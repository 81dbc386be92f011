using System.Text.Json;

namespace Commission.Embedded.Hosting;

/// <summary>Grain state as JSON, so that operators can read it.</summary>
/// <param name="options">Null for the defaults of System.Text.Json.</param>
public sealed class JsonGrainStateSerializer(JsonSerializerOptions? options = null) : IGrainStateSerializer
{
    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Serialize<TState>(TState state) => JsonSerializer.SerializeToUtf8Bytes(state, options);

    /// <inheritdoc/>
    public TState Deserialize<TState>(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize<TState>(payload.Span, options)
        ?? throw new JsonException($"The stored {typeof(TState)} is null.");
}
