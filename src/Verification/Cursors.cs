using System.Globalization;
using System.Text.Json;
using Commission.Storage;

namespace Commission.Verification;

/// <summary>How far each shard says that it is credited: by which events, and by which rules.</summary>
internal sealed class Cursors
{
    /// <summary>The name under which shards keep their cursors.</summary>
    public const string StateName = "shard.cursor";

    private readonly Dictionary<int, Cursor> _shards = [];

    /// <summary>Takes a grain's state; ignores those of other kinds.</summary>
    public void Take(StateReading state)
    {
        if (state.Name == StateName)
        {
            _shards[int.Parse(state.Key, CultureInfo.InvariantCulture)] = Cursor.Read(state.State);
        }
    }

    /// <summary>Every event of the shard up to this number is credited.</summary>
    public long AppliedOf(int shard) => _shards.TryGetValue(shard, out var cursor) ? cursor.Applied : 0;

    /// <summary>Says that a shard is further than its cursor, which is written now and then.</summary>
    public void Reach(int shard, long applied) => _shards[shard] = _shards.TryGetValue(shard, out var cursor)
        ? cursor with { Applied = Math.Max(applied, cursor.Applied) }
        : new Cursor(applied, [], []);

    /// <summary>Whether the shard still has to credit deals of a tenant by rules that changed.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="rules">The version of the tenant's crediting rules.</param>
    public bool IsRecrediting(int shard, string tenant, long rules) =>
        !_shards.TryGetValue(shard, out var cursor)
        || cursor.Recrediting.ContainsKey(tenant)
        || cursor.CreditedBy.GetValueOrDefault(tenant) < rules;

    private sealed record Cursor(
        long Applied, Dictionary<string, long> Recrediting, Dictionary<string, long> CreditedBy)
    {
        public static Cursor Read(ReadOnlyMemory<byte> state) => JsonSerializer.Deserialize<Cursor>(state.Span)
            ?? throw new UnverifiableException("The cursor of a shard is null.");
    }
}
