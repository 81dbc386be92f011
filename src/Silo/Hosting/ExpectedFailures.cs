using Commission.Contracts.Grains;
using Commission.Grains.Journals;

namespace Commission.Silo.Hosting;

/// <summary>What callers are told of failures that they may expect, of the store and of the grain runtime.</summary>
internal static class ExpectedFailures
{
    /// <summary>The refusal, if a caller may expect the failure; null for a bug.</summary>
    public static Refusal? RefusalOf(Exception failure) =>
        StoreFailures.RefusalOf(failure) ?? Composition.RefusalOf(failure);

    /// <summary>Whether it passes without anybody's help.</summary>
    public static bool IsPassing(Exception failure) =>
        RefusalOf(failure) is { Reason: not RefusalReason.DamagedRecord };
}
