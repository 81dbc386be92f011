using Commission.Contracts.Grains;
using Commission.Storage;

namespace Commission.Grains.Journals;

/// <summary>What callers are told of failures that they may expect, and that repeating the call gets over.</summary>
public static class StoreFailures
{
    /// <summary>Whether a caller is to be refused by <see cref="ToRefusal"/>; anything else is a bug.</summary>
    public static bool IsExpected(Exception failure) =>
        failure is FencedException or ShardMovedException or StoreUnavailableException;

    /// <summary>The refusal, if a caller may expect the failure; null for a bug.</summary>
    public static Refusal? RefusalOf(Exception failure) => IsExpected(failure) ? ToRefusal(failure) : null;

    /// <summary>The refusal that says so.</summary>
    public static Refusal ToRefusal(Exception failure) => failure is StoreUnavailableException
        ? new Refusal(RefusalReason.StoreUnavailable, "", $"{failure.Message} Send the same again.")
        : new Refusal(RefusalReason.ConcurrentChange, "",
            $"{failure.Message} Another activation serves it now: send the same again.");
}
