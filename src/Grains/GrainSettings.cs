namespace Commission.Grains;

/// <summary>What the grains are configured with; checked at start by the host.</summary>
public sealed class GrainSettings
{
    /// <summary>Shards of the deal log, 1 to 1,024; fixed for the life of a store.</summary>
    public int Shards { get; set; } = 8;

    /// <summary>Whether other silos work on the same store, so that documents change without this one.</summary>
    public bool HasOtherSilos { get; set; }

    /// <summary>The day that counts as today where a query names none; null: the clock's day, in UTC.</summary>
    public DateOnly? BusinessDate { get; set; }

    /// <summary>Deals that one shard credits at a time.</summary>
    public int DealsInFlight { get; set; } = 256;

    /// <summary>Events of one shard that may be logged and not yet credited before new ones wait.</summary>
    public int BacklogLimit { get; set; } = 4096;

    /// <summary>Calls of one shard that may wait for room; beyond, they are refused as overloaded.</summary>
    public int WaitingLimit { get; set; } = 4096;

    /// <summary>Records of an account that make a piece of its snapshot, at least 1.</summary>
    public int SnapshotRecords { get; set; } = 2048;

    /// <summary>Bytes of one shard's logged and not yet credited events before new ones wait.</summary>
    public long BacklogBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Bytes of the events of one shard that may wait for room; beyond, they are refused as overloaded.
    /// </summary>
    public long WaitingBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Deals that one shard credits anew at a time, after crediting rules changed.</summary>
    public int RecreditsInFlight { get; set; } = 32;

    /// <summary>Payees that are recomputed at a time after a plan's publication, or after rates changed.</summary>
    public int RolloutsInFlight { get; set; } = 64;
}

/// <summary>Which day it is.</summary>
/// <param name="settings">May fix the day.</param>
/// <param name="time">The clock.</param>
public sealed class BusinessCalendar(GrainSettings settings, TimeProvider time)
{
    /// <summary>The day that a query without a day means.</summary>
    public DateOnly Today => DayOf(time.GetUtcNow());

    /// <summary>The day that it meant at a moment.</summary>
    public DateOnly DayOf(DateTimeOffset moment) =>
        settings.BusinessDate ?? DateOnly.FromDateTime(moment.UtcDateTime);
}
