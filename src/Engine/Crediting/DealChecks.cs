using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>Why a deal is refused.</summary>
public enum DealRefusalKind
{
    /// <summary>No id, or one that is too long.</summary>
    BadId,

    /// <summary>An owner without a name.</summary>
    BadOwner,

    /// <summary>The same owner twice.</summary>
    DuplicateOwner,

    /// <summary>A share below 0.</summary>
    NegativeShare,

    /// <summary>The owners' shares do not add up to 100 %.</summary>
    ShareTotal,

    /// <summary>A probability below 0 or above 1.</summary>
    BadProbability,

    /// <summary>A currency that is not three upper-case letters.</summary>
    BadCurrency,
}

/// <summary>Why a deal is refused, for a program and for a person.</summary>
public readonly record struct DealRefusal(DealRefusalKind Kind, string Message);

/// <summary>Whether a deal may be recorded.</summary>
public static class DealChecks
{
    /// <summary>The most characters that a deal's id may have.</summary>
    public const int MaxIdLength = 256;

    /// <summary>Everything that is wrong with a deal; empty: nothing.</summary>
    /// <param name="deal">The deal. One without owners is allowed: it may be credited through territories.</param>
    /// <param name="allowOtherShareTotals">Whether the tenant allows shares that do not add up to 100 %.</param>
    public static ImmutableArray<DealRefusal> Check(Deal deal, bool allowOtherShareTotals) =>
        throw new InvalidOperationException("Not built yet.");
}
