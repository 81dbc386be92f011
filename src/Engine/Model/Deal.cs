using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>What is known of a deal: the latest version of it.</summary>
public sealed record Deal
{
    /// <summary>What a deal without other fields has.</summary>
    internal static readonly ImmutableSortedDictionary<string, string> NoFields =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The source's id. Ordinal order of ids orders credits of one day.</summary>
    public required string Id { get; init; }

    /// <summary>The day it counts on.</summary>
    public required DateOnly Credited { get; init; }

    /// <summary>Where it stands.</summary>
    public DealStatus Status { get; init; } = DealStatus.Won;

    /// <summary>Its value, in <see cref="Currency"/>; may be negative (a refund, a credit note).</summary>
    public decimal Amount { get; init; }

    /// <summary>ISO 4217; null: the plan's own.</summary>
    public string? Currency { get; init; }

    /// <summary>Margin, in <see cref="Currency"/>; null when not known.</summary>
    public decimal? Margin { get; init; }

    /// <summary>Units sold; null when not known.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Any other fields, as text; a number is its decimal text.</summary>
    public ImmutableSortedDictionary<string, string> Fields { get; init; } = NoFields;

    /// <summary>Who sold it, with shares; used for crediting only.</summary>
    public ImmutableArray<OwnerShare> Owners { get; init; } = [];

    /// <summary>Chance that an open deal closes, 0 to 1; null when not known.</summary>
    public decimal? Probability { get; init; }
}

/// <summary>One owner of a deal. A share of 1 is 100 %.</summary>
public readonly record struct OwnerShare(string Rep, decimal Share);

/// <summary>A role in which a payee is credited, with the share. A share of 1 is 100 %.</summary>
public readonly record struct RoleShare(CreditRole Role, decimal Share);

/// <summary>One payee's credits of one deal: absolute, they replace whatever that payee had of the deal.</summary>
/// <param name="Deal">The deal as it stands.</param>
/// <param name="Roles">At most one entry for each role; empty: the payee is no longer credited.</param>
public sealed record DealCredit(Deal Deal, ImmutableArray<RoleShare> Roles);
