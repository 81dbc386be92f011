using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>One payee: its credits, plans and live figures. Its key is tenant/rep.</summary>
[Alias("commission.rep")]
public interface IRepGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes a deal's credits; returns when they are durable. A revision that it has changes nothing.
    /// </summary>
    [AlwaysInterleave]
    [Alias("credit")]
    Task Credit(CreditRecord credit);

    /// <summary>The live figures of the periods that contain a day; null: the business date.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("estimate")]
    ValueTask<Answer<Estimate>> GetEstimate(string? on);

    /// <summary>What a deal would pay this payee.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("preview")]
    ValueTask<Answer<Preview>> Preview(Deal deal);

    /// <summary>Creates or replaces the payee's document.</summary>
    [Alias("put")]
    Task<Answer<PutRepReply>> Put(Rep rep);

    /// <summary>The payee's document.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("get")]
    ValueTask<Answer<Rep>> Get();

    /// <summary>Puts the payee on a plan for some days, and leaves the rest of its document as it is.</summary>
    [Alias("assign")]
    Task<Answer<AssignReply>> Assign(AssignRequest request);

    /// <summary>How far the payee is against how far the time is; without its place in a team.</summary>
    /// <param name="on">A day; null: the business date.</param>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("pace")]
    ValueTask<Answer<TeamMember>> GetPace(string? on);

    /// <summary>One figure, for boards.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("measure")]
    ValueTask<Answer<Measured>> Measure(MeasureRequest request);

    /// <summary>A version of a plan was published: returns when the payee's figures are by it or a later one.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="sequence">Of the publication, in the tenant's catalog.</param>
    /// <param name="document">
    /// Of the payee's document as it was at some moment after the publication: a payee who has that one need not read
    /// it again. 0: not known.
    /// </param>
    [Alias("plan-published")]
    Task PlanPublished(string plan, long sequence, long document);

    /// <summary>Currency rates changed: returns when the payee's figures are by these or later ones.</summary>
    /// <param name="sequence">Of the change, in the tenant's catalog.</param>
    [AlwaysInterleave]
    [Alias("rates-changed")]
    Task RatesChanged(long sequence);
}

/// <summary>
/// Told to a payee's watchers after each change, through the stream <see cref="StreamNames.Estimates"/>.
/// </summary>
/// <param name="Sequence">Of the state that holds now.</param>
[GenerateSerializer]
[Immutable]
[Alias("commission.rep-changed")]
public sealed record RepChanged(long Sequence);

/// <summary>Names of streams.</summary>
public static class StreamNames
{
    /// <summary>The stream provider.</summary>
    public const string Provider = "changes";

    /// <summary>Namespace of the streams of <see cref="RepChanged"/>; the key is the payee's.</summary>
    public const string Estimates = "estimates";
}
