using System.Globalization;
using System.Text;
using Commission.Storage;

namespace Commission.Silo.Hosting;

/// <summary>
/// Keeps the number of shards of a store: deals would be looked for in the wrong shard by another number.
/// </summary>
internal static class StoreShards
{
    private const string Name = "silo";
    private const string Key = "shards";

    /// <summary>Notes the number in a new store; compares it in one that has it.</summary>
    /// <exception cref="InvalidOperationException">The store was made with another number.</exception>
    public static async Task CheckAsync(IGrainStateStore store, int shards)
    {
        var text = shards.ToString(CultureInfo.InvariantCulture);
        // Where two silos start on a new store at once, the second finds the first one's number.
        var written = await store.WriteStateAsync(
            Name, Key, null, Encoding.UTF8.GetBytes(text), CancellationToken.None);
        if (written is StateWriteResult.Written)
        {
            return;
        }

        var record = await ReadAsync(store, CancellationToken.None)
            ?? throw new InvalidOperationException("The number of shards was noted and is gone.");
        var made = Encoding.UTF8.GetString(record.State.Span);
        if (made != text)
        {
            throw new InvalidOperationException(
                $"Commission:Shards is '{text}', and the store was made with {made}: "
                + "the number is fixed for a store's life.");
        }
    }

    /// <summary>Reads the number: what tells soonest whether the store can be read at all.</summary>
    public static Task<GrainStateRecord?> ReadAsync(IGrainStateStore store, CancellationToken cancellation) =>
        store.ReadStateAsync(Name, Key, cancellation);
}
