using System.Globalization;

namespace Commission.Embedded.Hosting;

/// <summary>Keeps grain state in memory, with the same checks of versions as a database.</summary>
public sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly Lock _lock = new();
    private readonly Dictionary<GrainStateKey, GrainStateRecord> _records = [];
    private long _writes;

    /// <inheritdoc/>
    public Task<GrainStateRecord?> ReadAsync(GrainStateKey key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_records.GetValueOrDefault(key));
        }
    }

    /// <inheritdoc/>
    public Task<string> WriteAsync(
        GrainStateKey key, ReadOnlyMemory<byte> payload, string? etag, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Conflict(key, etag) is { } conflict)
            {
                return Task.FromException<string>(conflict);
            }

            var next = (++_writes).ToString(CultureInfo.InvariantCulture);
            _records[key] = new GrainStateRecord(payload, next);
            return Task.FromResult(next);
        }
    }

    /// <inheritdoc/>
    public Task ClearAsync(GrainStateKey key, string? etag, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Conflict(key, etag) is { } conflict)
            {
                return Task.FromException(conflict);
            }

            _records.Remove(key);
            return Task.CompletedTask;
        }
    }

    private InconsistentStateException? Conflict(GrainStateKey key, string? expected)
    {
        var stored = _records.GetValueOrDefault(key)?.Etag;
        return string.Equals(stored, expected, StringComparison.Ordinal)
            ? null
            : new InconsistentStateException($"State {key} was written by another.", stored, expected);
    }
}
