namespace Commission.Grains.Shards;

/// <summary>How far a shard's log is credited: what a new activation starts from.</summary>
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
}
