namespace Commission.Storage;

/// <summary>
/// Versioned documents: reps, territories, plans and other things that people define. Every version is kept.
/// Each put takes the next number of its tenant's change sequence (from 1, without gaps),
/// so that a cache can catch up on what it missed.
/// </summary>
/// <remarks>
/// Errors are those of <see cref="IDealLog"/>; reading throws <see cref="CorruptRecordException"/>
/// for a document that does not match its checksum.
/// </remarks>
public interface ICatalog
{
    /// <summary>Puts a new version of a document, unless it equals the latest.</summary>
    /// <param name="tenant">The owner of the document.</param>
    /// <param name="kind">What the document is, such as "rep" or "plan".</param>
    /// <param name="id">The document's id within its tenant and kind.</param>
    /// <param name="expectedVersion">The latest version; 0: there must be none; null: whichever it is.</param>
    /// <param name="document">The document.</param>
    /// <param name="ct">Abandons the call while it waits for its turn, not later.</param>
    Task<CatalogPutResult> PutAsync(
        string tenant,
        string kind,
        string id,
        long? expectedVersion,
        ReadOnlyMemory<byte> document,
        CancellationToken ct);

    /// <summary>Puts several documents of a tenant as <see cref="PutAsync"/> puts one: all of them, or none.</summary>
    /// <param name="tenant">The owner of the documents.</param>
    /// <param name="drafts">No document twice; may be empty.</param>
    /// <param name="ct">Abandons the call while it waits for its turn, not later.</param>
    /// <returns>
    /// One result for each, in their order. If one of them has another version than expected nothing is written, and
    /// all of them are <see cref="CatalogPutResult.VersionConflict"/>.
    /// </returns>
    Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        string tenant, IReadOnlyList<CatalogDraft> drafts, CancellationToken ct);

    /// <summary>One version of a document, or its latest for null; null when it does not exist.</summary>
    Task<CatalogEntry?> GetAsync(string tenant, string kind, string id, long? version, CancellationToken ct);

    /// <summary>
    /// The latest versions of up to <paramref name="maxCount"/> documents of a kind with ids
    /// after <paramref name="afterId"/> (null: from the first), in the order of their ids' UTF-8 bytes.
    /// </summary>
    Task<IReadOnlyList<CatalogEntry>> ListAsync(
        string tenant, string kind, string? afterId, int maxCount, CancellationToken ct);

    /// <summary>
    /// Up to <paramref name="maxCount"/> versions, of all kinds, put after <paramref name="afterSequence"/>,
    /// in the order in which they were put.
    /// </summary>
    Task<IReadOnlyList<CatalogEntry>> ChangesAsync(
        string tenant, long afterSequence, int maxCount, CancellationToken ct);

    /// <summary>Every version of a document, the oldest first; empty when it does not exist.</summary>
    Task<IReadOnlyList<CatalogEntry>> VersionsAsync(string tenant, string kind, string id, CancellationToken ct);
}

/// <summary>A document that is to be put together with others.</summary>
/// <param name="Kind">What the document is, such as "rep" or "plan".</param>
/// <param name="Id">The document's id within its tenant and kind.</param>
/// <param name="ExpectedVersion">The latest version; 0: there must be none; null: whichever it is.</param>
/// <param name="Document">The document.</param>
public sealed record CatalogDraft(string Kind, string Id, long? ExpectedVersion, ReadOnlyMemory<byte> Document);

/// <summary>One version of a document.</summary>
/// <param name="Tenant">The owner.</param>
/// <param name="Kind">What the document is.</param>
/// <param name="Id">The document's id within its tenant and kind.</param>
/// <param name="Version">The document's version, from 1.</param>
/// <param name="Sequence">The number of this put in the tenant's change sequence, from 1.</param>
/// <param name="Document">The document.</param>
/// <param name="RecordedAt">When this version was put, by the store's clock, in UTC to the whole millisecond.</param>
public sealed record CatalogEntry(
    string Tenant,
    string Kind,
    string Id,
    long Version,
    long Sequence,
    ReadOnlyMemory<byte> Document,
    DateTimeOffset RecordedAt);

/// <summary>What became of a put.</summary>
public abstract record CatalogPutResult
{
    private CatalogPutResult()
    {
    }

    /// <summary>A new version was written.</summary>
    public sealed record Put(long Version, long Sequence) : CatalogPutResult;

    /// <summary>The document equals its latest version, byte for byte; nothing was written.</summary>
    public sealed record Unchanged(long Version, long Sequence) : CatalogPutResult;

    /// <summary>The latest version is another than expected; nothing was written.</summary>
    /// <param name="ActualVersion">The latest version; 0 when there is none.</param>
    public sealed record VersionConflict(long ActualVersion) : CatalogPutResult;
}
