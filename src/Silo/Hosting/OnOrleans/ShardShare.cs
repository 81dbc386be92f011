namespace Commission.Silo.Hosting;

/// <summary>Which silo has which shards: as many as any other, or one more.</summary>
internal static class ShardShare
{
    /// <summary>
    /// The silo of each shard, by its place among the silos. One that is added behind the others takes its share from
    /// them, and nothing else moves.
    /// </summary>
    /// <param name="shards">How many shards there are.</param>
    /// <param name="silos">How many silos there are, at least one.</param>
    public static int[] Owners(int shards, int silos)
    {
        var owned = new List<Stack<int>> { new(Enumerable.Range(0, shards)) };
        while (owned.Count < silos)
        {
            var taken = new Stack<int>();
            for (var left = shards / (owned.Count + 1); left > 0; left--)
            {
                taken.Push(owned.MaxBy(static one => one.Count)!.Pop());
            }

            owned.Add(taken);
        }

        var owners = new int[shards];
        for (var silo = 0; silo < silos; silo++)
        {
            foreach (var shard in owned[silo])
            {
                owners[shard] = silo;
            }
        }

        return owners;
    }

    /// <summary>The silo that a shard belongs to.</summary>
    /// <param name="shard">Its number.</param>
    /// <param name="shards">How many shards there are.</param>
    /// <param name="silos">All that may have shards, in any order; not empty.</param>
    public static SiloAddress OwnerOf(int shard, int shards, IEnumerable<SiloAddress> silos)
    {
        // By when they were started: a new one comes last, and takes shards from the others.
        var ordered = silos.OrderBy(static silo => silo.Generation).ThenBy(static silo => silo).ToList();
        return ordered[Owners(shards, ordered.Count)[shard]];
    }
}
