using Commission.Client;
using Commission.Contracts.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Commission.Cli;

/// <summary>The silo's public API, as far as this program uses it.</summary>
internal sealed class Server : IDisposable
{
    /// <summary>How long answers are waited for that come at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string Authorization = "authorization";
    private static readonly RpcCallOptions Patient = new() { Timeout = Patience };

    private Server(Uri address, IReadOnlyList<KeyValuePair<string, string>> metadata) =>
        Channel = new RpcChannel(address, new RpcChannelOptions { Metadata = metadata });

    public RpcChannel Channel { get; }

    /// <summary>A connection; it is made when first used.</summary>
    /// <param name="address">As `--server` has it.</param>
    /// <param name="token">What to prove with who calls; empty: nothing.</param>
    /// <param name="metadata">Sent with every call.</param>
    /// <exception cref="UsageError">The address is none, or the token would be readable on the way to it.</exception>
    public static Server At(
        string address, string token, params IReadOnlyList<KeyValuePair<string, string>> metadata)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new UsageError($"'{address}' is no server's address; one looks like http://127.0.0.1:5080.");
        }

        if (token.Length == 0 || metadata.Any(one => one.Key == Authorization))
        {
            return new Server(uri, metadata);
        }

        return uri.Scheme == Uri.UriSchemeHttps || uri.IsLoopback
            ? new Server(uri, [.. metadata, new(Authorization, $"Bearer {token}")])
            : throw new UsageError(
                $"The token of COMMISSION_TOKEN would cross the network to {address} in clear text: use https.");
    }

    public Task<DealView> GetDealAsync(GetDealRequest request, CancellationToken cancellationToken) =>
        CallAsync<GetDealRequest, DealView>(Method(DealsReflection.Descriptor, "Get"), request, cancellationToken);

    public Task<DealHistory> GetDealHistoryAsync(
        GetDealHistoryRequest request, CancellationToken cancellationToken) =>
        CallAsync<GetDealHistoryRequest, DealHistory>(
            Method(DealsReflection.Descriptor, "History"), request, cancellationToken);

    public Task<Estimate> GetEstimateAsync(GetEstimateRequest request, CancellationToken cancellationToken) =>
        CallAsync<GetEstimateRequest, Estimate>(EarningsMethod("GetEstimate"), request, cancellationToken);

    public Task<Preview> PreviewDealAsync(PreviewDealRequest request, CancellationToken cancellationToken) =>
        CallAsync<PreviewDealRequest, Preview>(EarningsMethod("PreviewDeal"), request, cancellationToken);

    public Task<BatchGetEstimatesReply> GetEstimatesAsync(
        BatchGetEstimatesRequest request, CancellationToken cancellationToken) =>
        CallAsync<BatchGetEstimatesRequest, BatchGetEstimatesReply>(
            EarningsMethod("BatchGetEstimates"), request, cancellationToken);

    public Task<PreviewDealsReply> PreviewDealsAsync(
        PreviewDealsRequest request, CancellationToken cancellationToken) =>
        CallAsync<PreviewDealsRequest, PreviewDealsReply>(
            EarningsMethod("PreviewDeals"), request, cancellationToken);

    public Task<ForecastReply> ForecastAsync(ForecastRequest request, CancellationToken cancellationToken) =>
        CallAsync<ForecastRequest, ForecastReply>(EarningsMethod("Forecast"), request, cancellationToken);

    public Task<SeekGoalReply> SeekGoalAsync(SeekGoalRequest request, CancellationToken cancellationToken) =>
        CallAsync<SeekGoalRequest, SeekGoalReply>(EarningsMethod("SeekGoal"), request, cancellationToken);

    public IAsyncEnumerable<ListCreditsReply> ListCreditsAsync(
        ListCreditsRequest request, CancellationToken cancellationToken) =>
        Pages.ReadAsync(
            request,
            (page, ct) => CallAsync<ListCreditsRequest, ListCreditsReply>(EarningsMethod("ListCredits"), page, ct),
            cancellationToken);

    public Task<ExplainReply> ExplainAsync(ExplainRequest request, CancellationToken cancellationToken) =>
        CallAsync<ExplainRequest, ExplainReply>(EarningsMethod("Explain"), request, cancellationToken);

    public IAsyncEnumerable<EstimateUpdate> WatchAsync(
        WatchEstimateRequest request, CancellationToken cancellationToken) =>
        Channel.ServerStreamAsync<WatchEstimateRequest, EstimateUpdate>(
            EarningsMethod("WatchEstimate"), request, null, cancellationToken);

    public IAsyncEnumerable<VerifyUpdate> VerifyAsync(VerifyRequest request, CancellationToken cancellationToken) =>
        Channel.ServerStreamAsync<VerifyRequest, VerifyUpdate>(
            Method(InspectReflection.Descriptor, "Verify"), request, null, cancellationToken);

    public Task<PublishedPlan> PublishAsync(PublishPlanRequest request, CancellationToken cancellationToken) =>
        CallAsync<PublishPlanRequest, PublishedPlan>(
            Method(PlansReflection.Descriptor, "Publish"), request, cancellationToken);

    public Task<Rollout> GetRolloutAsync(GetRolloutRequest request, CancellationToken cancellationToken) =>
        CallAsync<GetRolloutRequest, Rollout>(
            Method(PlansReflection.Descriptor, "GetRollout"), request, cancellationToken);

    public Task<ListPlanVersionsReply> GetPlanVersionsAsync(
        ListPlanVersionsRequest request, CancellationToken cancellationToken) =>
        CallAsync<ListPlanVersionsRequest, ListPlanVersionsReply>(
            Method(PlansReflection.Descriptor, "Versions"), request, cancellationToken);

    public Task<DiffPlanReply> DiffPlanAsync(DiffPlanRequest request, CancellationToken cancellationToken) =>
        CallAsync<DiffPlanRequest, DiffPlanReply>(
            Method(PlansReflection.Descriptor, "Diff"), request, cancellationToken);

    public IAsyncEnumerable<SimulatePlanUpdate> SimulateAsync(
        SimulatePlanRequest request, CancellationToken cancellationToken) =>
        Channel.ServerStreamAsync<SimulatePlanRequest, SimulatePlanUpdate>(
            Method(PlansReflection.Descriptor, "Simulate"), request, null, cancellationToken);

    public Task<PutRepReply> PutAsync(Rep rep, CancellationToken cancellationToken) =>
        CallAsync<Rep, PutRepReply>(Method(RepsReflection.Descriptor, "Put"), rep, cancellationToken);

    public Task<PutTerritoryReply> PutAsync(Territory territory, CancellationToken cancellationToken) =>
        CallAsync<Territory, PutTerritoryReply>(
            Method(TerritoriesReflection.Descriptor, "Put"), territory, cancellationToken);

    public Task<PutRatesReply> PutRatesAsync(PutRatesRequest request, CancellationToken cancellationToken) =>
        CallAsync<PutRatesRequest, PutRatesReply>(
            Method(RatesReflection.Descriptor, "Put"), request, cancellationToken);

    public Task<RecordedRate> GetRateAsync(GetRateRequest request, CancellationToken cancellationToken) =>
        CallAsync<GetRateRequest, RecordedRate>(
            Method(RatesReflection.Descriptor, "Get"), request, cancellationToken);

    public Task<ListRatesReply> ListRatesAsync(ListRatesRequest request, CancellationToken cancellationToken) =>
        CallAsync<ListRatesRequest, ListRatesReply>(
            Method(RatesReflection.Descriptor, "List"), request, cancellationToken);

    public Task<AssignReply> AssignAsync(AssignRequest request, CancellationToken cancellationToken) =>
        CallAsync<AssignRequest, AssignReply>(
            Method(RepsReflection.Descriptor, "Assign"), request, cancellationToken);

    public Task<TeamReply> TeamAsync(TeamRequest request, CancellationToken cancellationToken) =>
        CallAsync<TeamRequest, TeamReply>(Method(RepsReflection.Descriptor, "Team"), request, cancellationToken);

    public Task<ListTerritoriesReply> ListTerritoriesAsync(
        ListTerritoriesRequest request, CancellationToken cancellationToken) =>
        CallAsync<ListTerritoriesRequest, ListTerritoriesReply>(TerritoryMethod("List"), request, cancellationToken);

    public Task<TerritoryTreeReply> TerritoryTreeAsync(
        TerritoryTreeRequest request, CancellationToken cancellationToken) =>
        CallAsync<TerritoryTreeRequest, TerritoryTreeReply>(TerritoryMethod("Tree"), request, cancellationToken);

    public Task<TerritoryMembersReply> TerritoryMembersAsync(
        TerritoryMembersRequest request, CancellationToken cancellationToken) =>
        CallAsync<TerritoryMembersRequest, TerritoryMembersReply>(
            TerritoryMethod("Members"), request, cancellationToken);

    /// <summary>Without a time limit: a dry run reads every recorded deal.</summary>
    public Task<RealignReply> RealignAsync(RealignRequest request, CancellationToken cancellationToken) =>
        Channel.UnaryAsync<RealignRequest, RealignReply>(
            TerritoryMethod("Realign"), request, new RpcCallOptions(), cancellationToken);

    public Task<Leaderboard> LeaderboardAsync(LeaderboardRequest request, CancellationToken cancellationToken) =>
        CallAsync<LeaderboardRequest, Leaderboard>(
            Method(LeaderboardsReflection.Descriptor, "Get"), request, cancellationToken);

    public IAsyncEnumerable<LeaderboardUpdate> WatchAsync(
        LeaderboardRequest request, CancellationToken cancellationToken) =>
        Channel.ServerStreamAsync<LeaderboardRequest, LeaderboardUpdate>(
            Method(LeaderboardsReflection.Descriptor, "Watch"), request, null, cancellationToken);

    /// <summary>Fails soon where the server cannot be reached.</summary>
    public Task<ListRepsReply> PingAsync(CancellationToken cancellationToken) =>
        CallAsync<ListRepsRequest, ListRepsReply>(
            Method(RepsReflection.Descriptor, "List"), new ListRepsRequest { PageSize = 1 }, cancellationToken);

    public void Dispose() => Channel.Dispose();

    private static MethodDescriptor TerritoryMethod(string name) => Method(TerritoriesReflection.Descriptor, name);

    private static MethodDescriptor EarningsMethod(string name) => Method(EarningsReflection.Descriptor, name);

    private static MethodDescriptor Method(FileDescriptor file, string name) =>
        file.Services.Single().FindMethodByName(name);

    private Task<TRes> CallAsync<TReq, TRes>(MethodDescriptor method, TReq request, CancellationToken cancellationToken)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>, new() =>
        Channel.UnaryAsync<TReq, TRes>(method, request, Patient, cancellationToken);
}
