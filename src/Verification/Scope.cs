using Commission.Contracts.V1;

namespace Commission.Verification;

/// <summary>What every comparison needs.</summary>
/// <param name="Deals">What the log says.</param>
/// <param name="Documents">Of a tenant.</param>
/// <param name="Cursors">How far shards are.</param>
/// <param name="Findings">Where differences go.</param>
/// <param name="IsNewer">Whether an event came after the log was read.</param>
internal sealed record Scope(
    StandingDeals Deals,
    Func<string, TenantDocuments> Documents,
    Cursors Cursors,
    Findings Findings,
    Func<Position, bool> IsNewer)
{
    /// <summary>Whether what was found of a deal may differ from what the log says.</summary>
    /// <param name="deal">What the log says; null: it has no event of the deal.</param>
    /// <param name="found">The position of what was found; null: nothing was.</param>
    public bool MayDiffer(StandingDeal? deal, Position? found) =>
        (found is not null && IsNewer(found)) || (deal is not null && MayDiffer(deal));

    /// <summary>Whether a deal's credits need not be those of its last event yet, or not by the rules as they are.
    /// </summary>
    public bool MayDiffer(StandingDeal deal) =>
        deal.LastNumber > Cursors.AppliedOf(deal.Shard)
        || Cursors.IsRecrediting(deal.Shard, deal.Tenant, Documents(deal.Tenant).Rules.Version);
}

/// <summary>Says what differs.</summary>
internal static class Differences
{
    /// <summary>A copy with the figure and its values.</summary>
    public static Difference Of(this Difference place, string figure, string expected, string found)
    {
        var difference = place.Clone();
        (difference.Figure, difference.Expected, difference.Found) = (figure, expected, found);
        return difference;
    }

    /// <summary>A position in words.</summary>
    public static string ToText(this Position? position) =>
        position is null ? "" : FormattableString.Invariant($"shard {position.Shard}, event {position.Number}");

    /// <summary>A number without grouping.</summary>
    public static string ToText(this long number) => FormattableString.Invariant($"{number}");
}
