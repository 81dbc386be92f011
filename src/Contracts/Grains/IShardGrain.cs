using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>The only writer of one shard of the deal log. Its key is the shard's number.</summary>
[Alias("commission.shard")]
public interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Logs an event and returns its position once it is on disk; its credits follow.</summary>
    [AlwaysInterleave]
    [Alias("record")]
    Task<Answer<Recorded>> Record(string tenant, RecordRequest request);

    /// <summary>Returns when the event with this number, and all that it credits, is durable.</summary>
    /// <returns>False, at once: no event has this number.</returns>
    /// <exception cref="ShardMovedException">This activation gave up; the next call reaches its successor.</exception>
    /// <remarks>Throws the store's exception that names the damaged record, where the event can't be credited for one.
    /// </remarks>
    [AlwaysInterleave]
    [Alias("wait-applied")]
    Task<bool> WaitApplied(long number, CancellationToken cancellation);

    /// <summary>
    /// Notes durably that the tenant's deals are to be credited anew, and begins. Repeating it is harmless.
    /// </summary>
    /// <param name="tenant">Whose deals.</param>
    /// <param name="rulesVersion">The version of the crediting rules to credit by, or a later one.</param>
    /// <exception cref="ShardMovedException">This activation gave up; the next call reaches its successor.</exception>
    [AlwaysInterleave]
    [Alias("recredit")]
    Task Recredit(string tenant, long rulesVersion);

    /// <summary>How far the tenant's deals are credited anew.</summary>
    [AlwaysInterleave]
    [Alias("realignment")]
    Task<ShardRealignment> GetRealignment(string tenant);
}

/// <summary>
/// The activation that was called gave up, such as when another silo serves its shard now. Call again.
/// </summary>
[GenerateSerializer]
[Alias("commission.shard-moved")]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1032", Justification = "Its text is always the same.")]
public sealed class ShardMovedException()
    : Exception("The shard is served by another activation now: call again.");
