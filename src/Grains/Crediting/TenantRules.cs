using System.Collections.Immutable;
using Commission.Engine;

namespace Commission.Grains.Crediting;

/// <summary>A tenant's payees and crediting rules at a moment. Immutable.</summary>
/// <param name="Sequence">Of the tenant's catalog: what is included.</param>
/// <param name="Reps">The payees that exist.</param>
/// <param name="Crediting">Territories and managers; its version is the sequence of the last change to them that
/// can alter how a recorded deal is credited.</param>
public sealed record TenantRules(long Sequence, ImmutableHashSet<string> Reps, CreditingRules Crediting)
{
    /// <summary>Of a tenant without documents.</summary>
    public static readonly TenantRules Empty =
        new(0, ImmutableHashSet.Create<string>(StringComparer.Ordinal), CreditingRules.OwnersOnly);
}
