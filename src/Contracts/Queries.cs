// Its messages are generated into that namespace.
namespace Commission.Contracts.V1;

/// <summary>A request that reads: it may carry the position of an event, and is then answered with its effects.
/// </summary>
public interface IQuery
{
    /// <summary>The event to wait for until the deadline; null: none.</summary>
    Position After { get; }
}

/// <summary>A query that may ask for a state of the past.</summary>
public interface IHistoricalQuery : IQuery
{
    /// <summary>The moment; null: now.</summary>
    Moment AsOf { get; }
}

public sealed partial class GetEstimateRequest : IHistoricalQuery;

public sealed partial class ListCreditsRequest : IHistoricalQuery;

public sealed partial class ExplainRequest : IHistoricalQuery;

public sealed partial class PreviewDealRequest : IQuery;

public sealed partial class WatchEstimateRequest : IQuery;

public sealed partial class GetRepRequest : IQuery;

public sealed partial class ListRepsRequest : IQuery;

public sealed partial class GetTerritoryRequest : IQuery;

public sealed partial class GetRealignmentRequest : IQuery;

public sealed partial class GetPlanRequest : IQuery;

public sealed partial class GetRolloutRequest : IQuery;

public sealed partial class VerifyRequest : IQuery;

public sealed partial class GetDealRequest : IHistoricalQuery;

public sealed partial class GetDealHistoryRequest : IQuery;

public sealed partial class BatchGetEstimatesRequest : IHistoricalQuery;

public sealed partial class PreviewDealsRequest : IQuery;

public sealed partial class ForecastRequest : IHistoricalQuery;

public sealed partial class SeekGoalRequest : IHistoricalQuery;

public sealed partial class ListPlanVersionsRequest : IQuery;

public sealed partial class DiffPlanRequest : IQuery;

public sealed partial class SimulatePlanRequest : IQuery;

public sealed partial class GetRateRequest : IQuery;

public sealed partial class ListRatesRequest : IQuery;

public sealed partial class TeamRequest : IQuery;

public sealed partial class ListTerritoriesRequest : IQuery;

public sealed partial class TerritoryTreeRequest : IQuery;

public sealed partial class TerritoryMembersRequest : IQuery;

public sealed partial class LeaderboardRequest : IQuery;
