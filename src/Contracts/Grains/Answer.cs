using System.Collections.Immutable;

namespace Commission.Contracts.Grains;

/// <summary>
/// Every reason for which a well-formed call may be refused. Closed: one table maps it to gRPC and HTTP.
/// </summary>
[GenerateSerializer]
public enum RefusalReason
{
    /// <summary>A field has a value that it can't have.</summary>
    InvalidField,

    /// <summary>The shares of a deal's owners do not add up to 100 %.</summary>
    ShareTotal,

    /// <summary>No payee has this id.</summary>
    UnknownRep,

    /// <summary>No plan has this id, or not that version.</summary>
    UnknownPlan,

    /// <summary>No territory has this id.</summary>
    UnknownTerritory,

    /// <summary>No deal of this id was recorded, or is credited to the payee.</summary>
    UnknownDeal,

    /// <summary>The event id was used before, for other content.</summary>
    EventIdReused,

    /// <summary>The plan has errors.</summary>
    PlanInvalid,

    /// <summary>The payee has no plan on the day asked for.</summary>
    NoAssignment,

    /// <summary>The document was changed by someone else meanwhile: read it and try again.</summary>
    ConcurrentChange,

    /// <summary>More work is waiting than the silo takes on; try again shortly.</summary>
    Overloaded,

    /// <summary>
    /// The store failed; whether the call had an effect is not known until the same call is repeated.
    /// </summary>
    StoreUnavailable,

    /// <summary>
    /// A stored record that is needed does not match its checksum, or is missing: repeating the call does not help
    /// until the store is repaired. <see cref="Refusal.Place"/> says which record.
    /// </summary>
    DamagedRecord,

    /// <summary>There is no currency rate of the pair on or before the day.</summary>
    UnknownRate,

    /// <summary>The payee has no figure of the kind that is asked for, such as an attainment without a quota.</summary>
    NotMeasured,

    /// <summary>
    /// The silo that was to answer died, stops, or can't be reached; whether the call had an effect is not known until
    /// the same call is repeated.
    /// </summary>
    SiloUnavailable,
}

/// <summary>One expected refusal: what is wrong, where, and what would be right.</summary>
/// <param name="Reason">Of the closed set.</param>
/// <param name="Field">Path of the offending field in the request, e.g. <c>deal.owners[1].share</c>; may be
/// empty.</param>
/// <param name="Message">For people.</param>
/// <param name="Place">The record that is damaged, for <see cref="RefusalReason.DamagedRecord"/>; null otherwise.
/// </param>
[GenerateSerializer]
[Immutable]
[Alias("commission.refusal")]
public sealed record Refusal(RefusalReason Reason, string Field, string Message, RecordPlace? Place = null);

/// <summary>Where in the store a record is, or should be.</summary>
/// <param name="Table">The table: <c>deal_log</c>, <c>ledger</c>, <c>grain_state</c>, <c>catalog</c>.</param>
/// <param name="Key">The record's owner: <c>shard 3</c>, <c>account rep/acme/ann</c>.</param>
/// <param name="Number">The record's number, sequence or version; 0 where it is not known.</param>
[GenerateSerializer]
[Immutable]
[Alias("commission.record-place")]
public sealed record RecordPlace(string Table, string Key, long Number);

/// <summary>What a grain answers: a value, or why not.</summary>
/// <param name="Value">Null exactly when there are refusals.</param>
/// <param name="Refusals">All that is wrong, at once; empty when there is a value.</param>
[GenerateSerializer]
[Immutable]
[Alias("commission.answer`1")]
public readonly record struct Answer<T>(T? Value, ImmutableArray<Refusal> Refusals)
    where T : class
{
    /// <summary>Whether there is a value.</summary>
    public bool IsValue => Value is not null;

    /// <summary>The value, as an answer.</summary>
    public static implicit operator Answer<T>(T value) => new(value, []);

    /// <summary>A refusal, as an answer.</summary>
    public static implicit operator Answer<T>(Refusal refusal) => new(null, [refusal]);

    /// <summary>Several refusals, as an answer.</summary>
    public static implicit operator Answer<T>(ImmutableArray<Refusal> refusals) => new(null, refusals);
}
