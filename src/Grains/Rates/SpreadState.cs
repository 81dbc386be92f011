namespace Commission.Grains.Rates;

/// <summary>How far changed rates have reached the payees. Immutable.</summary>
[GenerateSerializer]
[Alias("commission.rates-spread-state")]
public sealed record SpreadState
{
    /// <summary>Of the last change, in the tenant's catalog, that every payee follows whom it concerns.</summary>
    [Id(0)]
    public long Told { get; init; }
}
