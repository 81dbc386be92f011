namespace Commission.Grains.Shards;

/// <summary>How far a shard's log is credited: what a new activation starts from. Not changed in place.</summary>
[GenerateSerializer]
[Alias("commission.shard-cursor")]
public sealed class ShardCursor
{
    /// <summary>Every event up to this number is credited, durably.</summary>
    [Id(0)]
    public long Applied { get; set; }

    /// <summary>
    /// By tenant: the version of the crediting rules that recorded deals still have to be credited by.
    /// </summary>
    [Id(1)]
    public Dictionary<string, long> Recrediting { get; set; } = new(StringComparer.Ordinal);

    /// <summary>By tenant: the version of the crediting rules that recorded deals have been credited by, or a later
    /// one.
    /// Every tenant with a deal in the shard is here, or its deals are above <see cref="Applied"/>.</summary>
    [Id(2)]
    public Dictionary<string, long> CreditedBy { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The cursor with more events credited, of tenants that may be new to the shard.</summary>
    /// <param name="applied">The last of them.</param>
    /// <param name="tenants">With the rules that their first deals were credited by, or older ones.</param>
    internal ShardCursor WithApplied(long applied, IEnumerable<KeyValuePair<string, long>> tenants)
    {
        var next = Copy();
        next.Applied = applied;
        foreach (var (tenant, rulesVersion) in tenants)
        {
            next.CreditedBy.TryAdd(tenant, rulesVersion);
        }

        return next;
    }

    /// <summary>The cursor with the note that deals have to be credited by these rules.</summary>
    internal ShardCursor WithNote(string tenant, long rulesVersion)
    {
        var next = Copy();
        next.Recrediting[tenant] = Math.Max(rulesVersion, Recrediting.GetValueOrDefault(tenant));
        return next;
    }

    /// <summary>The cursor with the note that all deals are credited by these rules.</summary>
    internal ShardCursor WithCredited(string tenant, long rulesVersion)
    {
        var next = Copy();
        next.CreditedBy[tenant] = Math.Max(rulesVersion, CreditedBy.GetValueOrDefault(tenant));
        if (Recrediting.GetValueOrDefault(tenant) <= rulesVersion)
        {
            next.Recrediting.Remove(tenant);
        }

        return next;
    }

    private ShardCursor Copy() => new()
    {
        Applied = Applied,
        Recrediting = new Dictionary<string, long>(Recrediting, StringComparer.Ordinal),
        CreditedBy = new Dictionary<string, long>(CreditedBy, StringComparer.Ordinal),
    };
}
