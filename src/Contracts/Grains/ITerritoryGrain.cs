using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>One territory: its document and live totals. Its key is tenant/territory.</summary>
[Alias("commission.territory")]
public interface ITerritoryGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes its part in a deal; returns when that is durable. A revision that it has changes nothing.
    /// </summary>
    [AlwaysInterleave]
    [Alias("credit")]
    Task Credit(TerritoryRecord record);

    /// <summary>Creates or replaces the territory's document, and has recorded deals credited anew.</summary>
    [Alias("put")]
    Task<Answer<PutTerritoryReply>> Put(Territory territory);

    /// <summary>The document, and the totals of the periods that contain a day; null: the business date.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("get")]
    ValueTask<Answer<TerritoryView>> Get(string? on);

    /// <summary>The totals alone, for a tree.</summary>
    /// <param name="on">A day; null: the business date.</param>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("totals")]
    ValueTask<Answer<TerritoryNode>> Totals(string? on);
}
