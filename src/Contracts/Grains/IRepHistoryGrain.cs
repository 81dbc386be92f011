using Commission.Contracts.V1;

namespace Commission.Contracts.Grains;

/// <summary>
/// What lies behind one payee's figures, now and at any moment of the past, read from its account with books of its
/// own: however long that takes, the payee itself goes on. Its key is tenant/rep.
/// </summary>
[Alias("commission.rep-history")]
public interface IRepHistoryGrain : IGrainWithStringKey
{
    /// <summary>The figures as they were answered at <see cref="GetEstimateRequest.AsOf"/>.</summary>
    [Alias("estimate")]
    Task<Answer<Estimate>> GetEstimate(GetEstimateRequest request, CancellationToken cancellation);

    /// <summary>A page of the payee's credits.</summary>
    [Alias("credits")]
    Task<Answer<ListCreditsReply>> ListCredits(ListCreditsRequest request, CancellationToken cancellation);

    /// <summary>How a figure comes about.</summary>
    [Alias("explain")]
    Task<Answer<ExplainReply>> Explain(ExplainRequest request, CancellationToken cancellation);
}
