using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>One deal: works out who is credited with it and tells them. Its key is tenant/deal.</summary>
[Alias("commission.deal")]
public interface IDealGrain : IGrainWithStringKey
{
    /// <summary>Credits an event; returns when all its credits are durable. Repeating it is harmless.</summary>
    [Alias("apply")]
    Task Apply(LoggedEvent logged);

    /// <summary>Credits the deal's latest event anew if it was credited by older rules than these.</summary>
    [Alias("recredit")]
    Task Recredit(long rulesVersion);

    /// <summary>The deal as it stands, or at <see cref="GetDealRequest.AsOf"/>, and who is credited with it and why.
    /// </summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("get")]
    Task<Answer<DealView>> Get(GetDealRequest request, CancellationToken cancellation);

    /// <summary>A page of its revisions.</summary>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("history")]
    Task<Answer<DealHistory>> History(GetDealHistoryRequest request, CancellationToken cancellation);

    /// <summary>Whom the deal would credit if it were as given, and whom it credits now.</summary>
    /// <param name="deal">With id, day and owners; its status does not matter.</param>
    [AlwaysInterleave]
    [ReadOnly]
    [Alias("parties")]
    Task<Answer<CreditedParties>> Parties(Deal deal);
}
