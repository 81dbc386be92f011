using System.Collections.Immutable;

namespace Commission.Grains.Plans;

/// <summary>How far the payees on a plan are recomputed by its latest version. Immutable.</summary>
[GenerateSerializer]
[Alias("commission.rollout-state")]
public sealed record RolloutState
{
    /// <summary>The version; 0 before the first.</summary>
    [Id(0)]
    public long Version { get; init; }

    /// <summary>Of the publication, in the tenant's catalog.</summary>
    [Id(1)]
    public long Sequence { get; init; }

    /// <summary>Payees on the plan; null until they are counted.</summary>
    [Id(2)]
    public long? Total { get; init; }

    /// <summary>Payees who are recomputed.</summary>
    [Id(3)]
    public long Done { get; init; }

    /// <summary>The last payee of the list who was told; null: none yet.</summary>
    [Id(4)]
    public string? After { get; init; }

    /// <summary>Whether all of the list were told.</summary>
    [Id(5)]
    public bool IsListed { get; init; }

    /// <summary>Payees who were told in vain, and will be told again.</summary>
    [Id(6)]
    public ImmutableArray<string> Retrying { get; init; } = [];

    /// <summary>When it began, milliseconds since 1970 UTC.</summary>
    [Id(7)]
    public long StartedMs { get; init; }

    /// <summary>When it ended, milliseconds since 1970 UTC; 0: it has not.</summary>
    [Id(8)]
    public long FinishedMs { get; init; }

    /// <summary>Whether something is left to do.</summary>
    internal bool IsUnderWay => Version > 0 && FinishedMs == 0;

    /// <summary>Whether this is at least as far in the same rollout, or one that replaces it.</summary>
    internal bool Follows(RolloutState other) => Version > other.Version
        || (Version == other.Version && (FinishedMs > 0 || other.FinishedMs == 0));
}
