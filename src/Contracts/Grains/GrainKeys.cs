using System.Text;

namespace Commission.Contracts.Grains;

/// <summary>The keys of grains: <c>tenant/id</c>. A tenant has no '/', so the first one ends it.</summary>
public static class GrainKeys
{
    /// <summary>The key of a tenant's rep, deal, territory or plan.</summary>
    public static string Of(string tenant, string id) => string.Concat(tenant, "/", id);

    /// <summary>The tenant and id of a key.</summary>
    /// <exception cref="FormatException">The key has no '/'.</exception>
    public static (string Tenant, string Id) Split(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? throw new FormatException($"'{key}' is not a grain key: expected tenant/id.")
            : (key[..slash], key[(slash + 1)..]);
    }

    /// <summary>The shard of a deal: stable over runs, builds and machines (FNV-1a with a final mix).</summary>
    /// <param name="tenant">Its tenant.</param>
    /// <param name="deal">Its id.</param>
    /// <param name="shards">How many shards there are, at least 1; fixed for the life of a store.</param>
    public static int ShardOf(string tenant, string deal, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        unchecked
        {
            var hash = 14695981039346656037UL;
            foreach (var b in Encoding.UTF8.GetBytes(Of(tenant, deal)))
            {
                hash = (hash ^ b) * 1099511628211UL;
            }

            hash ^= hash >> 32;
            hash *= 0x9E3779B97F4A7C15UL;
            return (int)((hash >> 32) % (uint)shards);
        }
    }
}

/// <summary>The keys of shards: their numbers.</summary>
public static class ShardKeys
{
    /// <summary>The key of a shard.</summary>
    public static string Of(int shard) => shard.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The shard of a key.</summary>
    /// <exception cref="FormatException">The key is not a number.</exception>
    public static int Number(string key) => int.Parse(key, System.Globalization.CultureInfo.InvariantCulture);
}
