using Commission.Contracts.Grains;
using Commission.Storage;

namespace Commission.Grains.Journals;

/// <summary>What callers are told of failures that they may expect, whatever they are wrapped in.</summary>
public static class StoreFailures
{
    /// <summary>Whether a caller is to be refused by <see cref="ToRefusal"/>; anything else is a bug.</summary>
    public static bool IsExpected(Exception failure) => CauseOf(failure) is not null;

    /// <summary>The refusal, if a caller may expect the failure; null for a bug.</summary>
    public static Refusal? RefusalOf(Exception failure) => IsExpected(failure) ? ToRefusal(failure) : null;

    /// <summary>The refusal that says so. All but damage is got over by repeating the call.</summary>
    /// <param name="failure">An expected one.</param>
    public static Refusal ToRefusal(Exception failure) => CauseOf(failure) switch
    {
        CorruptRecordException damage => new Refusal(RefusalReason.DamagedRecord, "",
            $"{damage.Message} Nothing is answered that needs this record until the store is repaired.",
            new RecordPlace(damage.Table, damage.Key, damage.Number)),
        StoreUnavailableException outage => new Refusal(RefusalReason.StoreUnavailable, "",
            $"{outage.Message} Send the same again."),
        var moved => new Refusal(RefusalReason.ConcurrentChange, "",
            $"{(moved ?? failure).Message} Another activation serves it now: send the same again."),
    };

    /// <summary>The damaged record that a failure comes from; null if it comes from something else.</summary>
    public static CorruptRecordException? DamageOf(Exception failure) => CauseOf(failure) as CorruptRecordException;

    /// <summary>A grain runtime may wrap what a grain's activation or its state's storage threw.</summary>
    private static Exception? CauseOf(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is FencedException or ShardMovedException or StoreUnavailableException or CorruptRecordException)
            {
                return cause;
            }
        }

        return null;
    }
}
