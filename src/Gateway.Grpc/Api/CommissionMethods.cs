using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Google.Protobuf.Reflection;

namespace Commission.Gateway.Grpc.Api;

/// <summary>The one table of the public API's methods, whatever serves it.</summary>
public static class CommissionMethods
{
    /// <summary>
    /// What the API's services are. Asked for the first time, it takes some 60 ms: the descriptors are put together.
    /// </summary>
    public static IReadOnlyList<ServiceDescriptor> Services =>
    [
        .. DealsReflection.Descriptor.Services,
        .. EarningsReflection.Descriptor.Services,
        .. PlansReflection.Descriptor.Services,
        .. RepsReflection.Descriptor.Services,
        .. TerritoriesReflection.Descriptor.Services,
        .. RatesReflection.Descriptor.Services,
        .. LeaderboardsReflection.Descriptor.Services,
        .. InspectReflection.Descriptor.Services,
    ];

    /// <summary>Every method with its handler; checked against the descriptors.</summary>
    /// <param name="cluster">Reaches the grains and their streams.</param>
    /// <param name="settings">Checked by the host.</param>
    /// <param name="time">For heartbeats.</param>
    /// <param name="expected">
    /// The refusal that a grain's exception amounts to, such as a store that is out of reach; null for a bug.
    /// </param>
    /// <param name="verify">What <c>Inspect.Verify</c> does; null: it is UNIMPLEMENTED.</param>
    /// <exception cref="InvalidOperationException">A method has no handler.</exception>
    public static MethodTable Create(
        IClusterClient cluster,
        GatewaySettings settings,
        TimeProvider time,
        Func<Exception, Refusal?>? expected = null,
        Verify? verify = null)
    {
        var api = new ApiCall(cluster, settings);
        var table = new MethodTable
        {
            Expected = failure => expected?.Invoke(failure) is { } refusal ? Refusals.ToError([refusal]) : null,
            Limits = new CallLimits(settings.CallLimit, settings.StreamLimit, Refusals.RetryAfter),
        };
        var queries = new Queries(table, api);
        var many = new ManyReps(api, expected);
        AddDeals(table, queries, new DealsApi(api, settings, expected));
        AddEarnings(queries, new EarningsApi(api, many, cluster, settings, time));
        AddPlans(table, queries, new PlansApi(api, new Simulations(api, many)));
        AddReps(table, queries, new RepsApi(api, many));
        AddTerritories(table, queries, new TerritoriesApi(api, many));
        AddRates(table, queries, new RatesApi(api));
        AddLeaderboards(queries, new LeaderboardsApi(api, settings, time));
        AddInspect(queries, new InspectApi(api, verify));
        return table.Complete(Services);
    }

    private static void AddDeals(MethodTable table, Queries queries, DealsApi deals)
    {
        var service = DealsReflection.Descriptor.Services[0];
        table.Unary<RecordRequest, Recorded>(service, "Record", deals.Record)
            .Duplex<RecordRequest, RecordAck>(service, "RecordStream", (requests, context) =>
                deals.RecordStream(requests, context));
        queries.Unary<GetDealRequest, DealView>(service, "Get", deals.Get)
            .Unary<GetDealHistoryRequest, DealHistory>(service, "History", deals.History);
    }

    private static void AddEarnings(Queries queries, EarningsApi earnings)
    {
        var service = EarningsReflection.Descriptor.Services[0];
        queries.Unary<GetEstimateRequest, Estimate>(service, "GetEstimate", earnings.GetEstimate)
            .Unary<BatchGetEstimatesRequest, BatchGetEstimatesReply>(
                service, "BatchGetEstimates", earnings.BatchGetEstimates)
            .Unary<PreviewDealRequest, Preview>(service, "PreviewDeal", earnings.PreviewDeal)
            .Unary<PreviewDealsRequest, PreviewDealsReply>(service, "PreviewDeals", earnings.PreviewDeals)
            .Unary<ForecastRequest, ForecastReply>(service, "Forecast", earnings.Forecast)
            .Unary<SeekGoalRequest, SeekGoalReply>(service, "SeekGoal", earnings.SeekGoal)
            .Unary<ListCreditsRequest, ListCreditsReply>(service, "ListCredits", earnings.ListCredits)
            .Unary<ExplainRequest, ExplainReply>(service, "Explain", earnings.Explain)
            .ServerStream<WatchEstimateRequest, EstimateUpdate>(service, "WatchEstimate", (request, context) =>
                earnings.WatchEstimate(request, context));
    }

    private static void AddPlans(MethodTable table, Queries queries, PlansApi plans)
    {
        var service = PlansReflection.Descriptor.Services[0];
        table.Unary<ValidatePlanRequest, ValidatePlanReply>(service, "Validate", plans.Validate)
            .Unary<PublishPlanRequest, PublishedPlan>(service, "Publish", plans.Publish);
        queries.Unary<GetPlanRequest, PublishedPlan>(service, "Get", plans.Get)
            .Unary<GetRolloutRequest, Rollout>(service, "GetRollout", plans.GetRollout)
            .Unary<ListPlanVersionsRequest, ListPlanVersionsReply>(service, "Versions", plans.Versions)
            .Unary<DiffPlanRequest, DiffPlanReply>(service, "Diff", plans.Diff)
            .ServerStream<SimulatePlanRequest, SimulatePlanUpdate>(service, "Simulate", (request, context) =>
                plans.Simulate(request, context));
    }

    private static void AddReps(MethodTable table, Queries queries, RepsApi reps)
    {
        var service = RepsReflection.Descriptor.Services[0];
        table.Unary<Rep, PutRepReply>(service, "Put", reps.Put)
            .Unary<AssignRequest, AssignReply>(service, "Assign", reps.Assign);
        queries.Unary<GetRepRequest, Rep>(service, "Get", reps.Get)
            .Unary<ListRepsRequest, ListRepsReply>(service, "List", reps.List)
            .Unary<TeamRequest, TeamReply>(service, "Team", reps.Team);
    }

    private static void AddTerritories(MethodTable table, Queries queries, TerritoriesApi territories)
    {
        var service = TerritoriesReflection.Descriptor.Services[0];
        table.Unary<Territory, PutTerritoryReply>(service, "Put", territories.Put)
            .Unary<RealignRequest, RealignReply>(service, "Realign", territories.Realign);
        queries.Unary<GetTerritoryRequest, TerritoryView>(service, "Get", territories.Get)
            .Unary<ListTerritoriesRequest, ListTerritoriesReply>(service, "List", territories.List)
            .Unary<TerritoryTreeRequest, TerritoryTreeReply>(service, "Tree", territories.Tree)
            .Unary<TerritoryMembersRequest, TerritoryMembersReply>(service, "Members", territories.Members)
            .Unary<GetRealignmentRequest, Realignment>(service, "GetRealignment", territories.GetRealignment);
    }

    private static void AddRates(MethodTable table, Queries queries, RatesApi rates)
    {
        var service = RatesReflection.Descriptor.Services[0];
        table.Unary<PutRatesRequest, PutRatesReply>(service, "Put", rates.Put);
        queries.Unary<GetRateRequest, RecordedRate>(service, "Get", rates.Get)
            .Unary<ListRatesRequest, ListRatesReply>(service, "List", rates.List);
    }

    private static void AddLeaderboards(Queries queries, LeaderboardsApi boards)
    {
        var service = LeaderboardsReflection.Descriptor.Services[0];
        queries.Unary<LeaderboardRequest, Leaderboard>(service, "Get", boards.Get)
            .ServerStream<LeaderboardRequest, LeaderboardUpdate>(service, "Watch", (request, context) =>
                boards.Watch(request, context));
    }

    private static void AddInspect(Queries queries, InspectApi inspect) =>
        queries.ServerStream<VerifyRequest, VerifyUpdate>(
            InspectReflection.Descriptor.Services[0], "Verify", (request, context) =>
                inspect.Verify(request, context));
}
