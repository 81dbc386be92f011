using Commission.Grains.Journals;

namespace Commission.Grains.Shards;

/// <summary>
/// Writes a shard's cursor, one write at a time: what changes during a write goes into the next. Only for use inside
/// one
/// grain.
/// </summary>
/// <param name="state">Where it is kept.</param>
/// <param name="giveUp">Called when another activation has written it.</param>
internal sealed class CursorKeeper(IPersistentState<ShardCursor> state, Action giveUp)
{
    private Batcher<ShardCursor>? _writes;

    /// <summary>The cursor as it is in memory.</summary>
    public ShardCursor Cursor => state.State;

    /// <summary>Returns when the cursor as it is now, or later, is durable.</summary>
    /// <exception cref="InconsistentStateException">Another activation has written it.</exception>
    public Task SaveAsync() => (_writes ??= new Batcher<ShardCursor>(_ => WriteAsync())).AddAsync(Cursor);

    private async Task WriteAsync()
    {
        try
        {
            await state.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            giveUp();
            throw;
        }
    }
}
