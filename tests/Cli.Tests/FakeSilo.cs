using System.Net;
using System.Runtime.CompilerServices;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Grpc.Reflection;
using Commission.Gateway.Grpc.Rpc;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Commission.Cli.Tests;

/// <summary>The public API on a real port, with answers that a test gives.</summary>
public sealed class FakeSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private FakeSilo()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var any = new IPEndPoint(IPAddress.Loopback, 0);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenForRpc(any, any));
        _app = builder.Build();
        _app.MapRpc(Table());
    }

    /// <summary>Every request, in order.</summary>
    public List<object> Requests { get; } = [];

    /// <summary>The header `x-note` of every call that had one.</summary>
    public List<string> Notes { get; } = [];

    public Estimate Estimate { get; set; } = new();

    public Preview Preview { get; set; } = new();

    /// <summary>Pages of credits; each but the last names the next.</summary>
    public List<ListCreditsReply> CreditPages { get; } = [];

    public ExplainReply Explanation { get; set; } = new();

    /// <summary>What other calls answer, by the type of answer.</summary>
    public Dictionary<Type, object> Others { get; } = [];

    /// <summary>What a simulation says.</summary>
    public List<SimulatePlanUpdate> Simulated { get; } = [];

    /// <summary>What a watch of a leaderboard says.</summary>
    public List<LeaderboardUpdate> Boards { get; } = [];

    /// <summary>What a verification says.</summary>
    public List<VerifyUpdate> Verified { get; } = [];

    /// <summary>What refuses a payee or plan; null: nothing.</summary>
    public Func<string, RpcError?> Refuses { get; set; } = _ => null;

    /// <summary>How often a rollout is asked about before it has finished; 0: it has at once.</summary>
    public int RolloutSteps { get; set; }

    public string Address { get; private set; } = "";

    public static async Task<FakeSilo> StartAsync()
    {
        var silo = new FakeSilo();
        await silo._app.StartAsync();
        silo.Address = silo._app.Services.GetRequiredService<IServer>().Features
            .GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return silo;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private MethodTable Table()
    {
        var (deals, earnings) = (Service(DealsReflection.Descriptor), Service(EarningsReflection.Descriptor));
        var (plans, reps) = (Service(PlansReflection.Descriptor), Service(RepsReflection.Descriptor));
        var territories = Service(TerritoriesReflection.Descriptor);
        var table = ReflectionMethods.AddTo(new MethodTable());
        table.Gate = Note;
        AddOthers(table, deals, earnings, plans);
        AddTeams(table, reps, territories, Service(LeaderboardsReflection.Descriptor));
        return table
            .Duplex<RecordRequest, RecordAck>(
                deals, "RecordStream", (requests, context) => RecordStream(requests, context.CancellationToken))
            .Unary<GetEstimateRequest, Estimate>(
                earnings, "GetEstimate", (request, _) => Answer(request, request.Rep, Estimate))
            .Unary<PreviewDealRequest, Preview>(
                earnings, "PreviewDeal", (request, _) => Answer(request, request.Rep, Preview))
            .Unary<ListCreditsRequest, ListCreditsReply>(earnings, "ListCredits", (request, _) =>
                Answer(request, request.Rep, CreditPages.First(page => request.PageToken.Length == 0
                    || CreditPages.IndexOf(page).ToString(null, null) == request.PageToken)))
            .Unary<ExplainRequest, ExplainReply>(
                earnings, "Explain", (request, _) => Answer(request, request.Rep, Explanation))
            .ServerStream<WatchEstimateRequest, EstimateUpdate>(earnings, "WatchEstimate", (_, _) => Watch())
            .ServerStream<VerifyRequest, VerifyUpdate>(
                Service(InspectReflection.Descriptor), "Verify", (_, _) => Verified.ToAsyncEnumerable())
            .Unary<PublishPlanRequest, PublishedPlan>(
                plans, "Publish",
                (plan, _) => Answer(plan, plan.Text, new PublishedPlan
                {
                    Repeat = Repeats(plan.Text), Rollout = Rollout("any", 0),
                }))
            .Unary<GetRolloutRequest, Rollout>(
                plans, "GetRollout",
                (request, _) => Answer(request, "", Rollout(
                    request.Plan, 1 + Requests.OfType<GetRolloutRequest>().Count())))
            .Unary<ListRepsRequest, ListRepsReply>(
                reps, "List", (request, _) => Answer(request, "", new ListRepsReply()))
            .Unary<Rep, PutRepReply>(
                reps, "Put", (rep, _) => Answer(rep, rep.Rep_, new PutRepReply { Repeat = Repeats(rep.ToString()) }))
            .Unary<Territory, PutTerritoryReply>(territories, "Put", (area, _) =>
                Answer(area, area.Territory_, new PutTerritoryReply { Repeat = Repeats(area.ToString()) }));
    }

    private void AddOthers(
        MethodTable table, ServiceDescriptor deals, ServiceDescriptor earnings, ServiceDescriptor plans)
    {
        table.Unary<GetDealRequest, DealView>(deals, "Get", Other<GetDealRequest, DealView>)
            .Unary<GetDealHistoryRequest, DealHistory>(deals, "History", Other<GetDealHistoryRequest, DealHistory>)
            .Unary<BatchGetEstimatesRequest, BatchGetEstimatesReply>(
                earnings, "BatchGetEstimates", Other<BatchGetEstimatesRequest, BatchGetEstimatesReply>)
            .Unary<PreviewDealsRequest, PreviewDealsReply>(
                earnings, "PreviewDeals", Other<PreviewDealsRequest, PreviewDealsReply>)
            .Unary<ForecastRequest, ForecastReply>(earnings, "Forecast", Other<ForecastRequest, ForecastReply>)
            .Unary<SeekGoalRequest, SeekGoalReply>(earnings, "SeekGoal", Other<SeekGoalRequest, SeekGoalReply>)
            .Unary<ListPlanVersionsRequest, ListPlanVersionsReply>(
                plans, "Versions", Other<ListPlanVersionsRequest, ListPlanVersionsReply>)
            .Unary<DiffPlanRequest, DiffPlanReply>(plans, "Diff", Other<DiffPlanRequest, DiffPlanReply>)
            .Unary<PutRatesRequest, PutRatesReply>(
                Service(RatesReflection.Descriptor), "Put", Other<PutRatesRequest, PutRatesReply>)
            .Unary<GetRateRequest, RecordedRate>(
                Service(RatesReflection.Descriptor), "Get", Other<GetRateRequest, RecordedRate>)
            .Unary<ListRatesRequest, ListRatesReply>(
                Service(RatesReflection.Descriptor), "List", Other<ListRatesRequest, ListRatesReply>)
            .ServerStream<SimulatePlanRequest, SimulatePlanUpdate>(plans, "Simulate", (request, _) =>
            {
                Requests.Add(request);
                return Simulated.ToAsyncEnumerable();
            });
    }

    private void AddTeams(
        MethodTable table, ServiceDescriptor reps, ServiceDescriptor territories, ServiceDescriptor boards) => table
        .Unary<AssignRequest, AssignReply>(reps, "Assign", Other<AssignRequest, AssignReply>)
        .Unary<TeamRequest, TeamReply>(reps, "Team", Other<TeamRequest, TeamReply>)
        .Unary<ListTerritoriesRequest, ListTerritoriesReply>(
            territories, "List", Other<ListTerritoriesRequest, ListTerritoriesReply>)
        .Unary<TerritoryTreeRequest, TerritoryTreeReply>(
            territories, "Tree", Other<TerritoryTreeRequest, TerritoryTreeReply>)
        .Unary<TerritoryMembersRequest, TerritoryMembersReply>(
            territories, "Members", Other<TerritoryMembersRequest, TerritoryMembersReply>)
        .Unary<RealignRequest, RealignReply>(territories, "Realign", Other<RealignRequest, RealignReply>)
        .Unary<LeaderboardRequest, Leaderboard>(boards, "Get", Other<LeaderboardRequest, Leaderboard>)
        .ServerStream<LeaderboardRequest, LeaderboardUpdate>(boards, "Watch", (request, _) =>
        {
            Requests.Add(request);
            return Boards.ToAsyncEnumerable();
        });

    private ValueTask<TRes> Other<TReq, TRes>(TReq request, RpcContext context)
        where TReq : notnull => Answer(request, "", (TRes)Others[typeof(TRes)]);

    private ValueTask Note(RpcContext context)
    {
        lock (Notes)
        {
            Notes.AddRange(context.Header("x-note") is { } note ? [note] : []);
        }

        return ValueTask.CompletedTask;
    }

    private static ServiceDescriptor Service(FileDescriptor file) => file.Services.Single();

    private Rollout Rollout(string plan, int asked) => new()
    {
        Plan = plan,
        Version = 1,
        Total = RolloutSteps,
        Done = Math.Min(asked, RolloutSteps),
        Finished = asked >= RolloutSteps ? new Google.Protobuf.WellKnownTypes.Timestamp { Seconds = 1 } : null,
    };

    private bool Repeats(string content)
    {
        lock (_known)
        {
            return !_known.Add(content);
        }
    }

    private ValueTask<T> Answer<T>(object request, string name, T answer)
    {
        lock (Requests)
        {
            Requests.Add(request);
        }

        return Refuses(name) is { } error ? throw error : new ValueTask<T>(answer);
    }

    private async IAsyncEnumerable<RecordAck> RecordStream(
        IAsyncEnumerable<RecordRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = 0L;
        await foreach (var request in requests.WithCancellation(cancellationToken))
        {
            lock (Requests)
            {
                Requests.Add(request);
            }

            var ack = new RecordAck { Index = index++, EventId = request.EventId };
            if (Refuses(request.Deal.Owners[0].Rep) is not null)
            {
                var violation = new Violation { Reason = "UNKNOWN_REP", Field = "deal.owners[0].rep" };
                violation.Message = "There is no such rep.";
                ack.Refused = new Refused { Violations = { violation } };
            }
            else
            {
                ack.Recorded = new Recorded
                {
                    Repeat = Repeats(request.EventId), Position = new Position { Shard = 1, Number = index },
                };
            }

            yield return ack;
        }
    }

    private async IAsyncEnumerable<EstimateUpdate> Watch()
    {
        await Task.CompletedTask;
        yield return new EstimateUpdate { Sequence = 1, Estimate = Estimate };
        yield return new EstimateUpdate();
        yield return new EstimateUpdate { Sequence = 4, Conflated = 2, Estimate = Estimate };
        yield return new EstimateUpdate { Sequence = 5, Estimate = Estimate };
    }
}
