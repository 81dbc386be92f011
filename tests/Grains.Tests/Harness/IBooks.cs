using Commission.Contracts.V1;
using Commission.Engine;
using Estimate = Commission.Contracts.V1.Estimate;
using Plan = Commission.Engine.Plan;
using Rep = Commission.Contracts.V1.Rep;
using Territory = Commission.Contracts.V1.Territory;

namespace Commission.Grains.Tests.Harness;

/// <summary>What was accepted, and all figures follow from.</summary>
internal interface IBooks
{
    /// <summary>The versions of each plan; one for each day from which one governs.</summary>
    IReadOnlyDictionary<string, List<Plan>> Plans { get; }

    IReadOnlyDictionary<string, Rep> Reps { get; }

    IReadOnlyDictionary<string, Territory> Territories { get; }

    /// <summary>As they stand.</summary>
    CurrencyRates Rates => CurrencyRates.None;

    /// <summary>The events, those of each deal in the order of the log.</summary>
    IEnumerable<RecordRequest> Log { get; }
}

/// <summary>Whose answers are to be audited.</summary>
internal interface IAnswers
{
    /// <summary>A payee's figures on a day; null when it has no plan then.</summary>
    Task<Estimate?> EstimateOrNoneAsync(string rep, string on);

    Task<TerritoryView> TerritoryAsync(string id, string on);
}
