using Commission.Contracts.Grains.V1;
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

    /// <summary>What several deals would pay, in the order given and over all orders.</summary>
    [Alias("preview-deals")]
    Task<Answer<PreviewDealsReply>> PreviewDeals(PreviewDealsRequest request, CancellationToken cancellation);

    /// <summary>What the open deals may bring.</summary>
    [Alias("forecast")]
    Task<Answer<ForecastReply>> Forecast(ForecastRequest request, CancellationToken cancellation);

    /// <summary>What it takes to earn a sum.</summary>
    [Alias("seek-goal")]
    Task<Answer<SeekGoalReply>> SeekGoal(SeekGoalRequest request, CancellationToken cancellation);

    /// <summary>What a plan that isn't published would change; keeps nothing in memory.</summary>
    [Alias("simulate")]
    Task<Answer<SimulatedChange>> Simulate(SimulateRep request, CancellationToken cancellation);
}
