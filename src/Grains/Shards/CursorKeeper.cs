namespace Commission.Grains.Shards;

/// <summary>
/// Writes a shard's cursor, one write at a time: what changes during a write goes into the next. Only for use inside one
/// grain.
/// </summary>
internal sealed class CursorKeeper(IPersistentState<ShardCursor> state)
{
    private Task _write = Task.CompletedTask;
    private Task? _next;

    /// <summary>The cursor as it is in memory.</summary>
    public ShardCursor Cursor => state.State;

    /// <summary>Returns when the cursor as it is now, or later, is durable.</summary>
    public Task SaveAsync() => _next ??= WriteNextAsync();

    private async Task WriteNextAsync()
    {
        // A failed write is its own callers' to know; the next one writes the whole cursor anyway.
        await _write.ContinueWith(static _ => { }, CancellationToken.None,
            TaskContinuationOptions.None, TaskScheduler.Current);
        _next = null;
        _write = state.WriteStateAsync();
        await _write;
    }
}
