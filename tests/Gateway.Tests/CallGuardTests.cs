using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Security;
using Google.Protobuf.Reflection;
using Google.Rpc;

namespace Commission.Gateway.Tests;

/// <summary>The guard around handlers, without a protocol.</summary>
public sealed class CallGuardTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private readonly List<PayRead> _audited = [];
    private readonly Organisation _organisation = new();
    private readonly StoppedClock _clock = new(Now);
    private int _handled;
    private Caller? _caller;

    private static ServiceDescriptor Earnings => EarningsReflection.Descriptor.Services[0];

    [Fact]
    public async Task Call_WithoutToken_IsUnauthenticated() =>
        Assert.Equal(RpcStatus.Unauthenticated, await EstimateAsync(null, "ann"));

    [Fact]
    public async Task Call_TokenExpired_IsUnauthenticated()
    {
        var caller = new Caller("acme", "ann", [Role.Rep], Now);
        Assert.Equal(RpcStatus.Unauthenticated, await EstimateAsync(caller, "ann"));
    }

    [Theory]
    [InlineData(Role.Rep, "ann", RpcStatus.Ok)]
    [InlineData(Role.Rep, "bob", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "low", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "ANN", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "", RpcStatus.InvalidArgument)]
    [InlineData(Role.Manager, "ann", RpcStatus.Ok)]
    [InlineData(Role.Manager, "low", RpcStatus.Ok)]
    [InlineData(Role.Manager, "bob", RpcStatus.NotFound)]
    [InlineData(Role.Manager, "", RpcStatus.InvalidArgument)]
    [InlineData(Role.Admin, "bob", RpcStatus.Ok)]
    [InlineData(Role.Finance, "bob", RpcStatus.Ok)]
    [InlineData(Role.Integration, "ann", RpcStatus.PermissionDenied)]
    public async Task Estimate_OfPayee_DependsOnRole(Role role, string rep, RpcStatus expected)
    {
        Assert.Equal(expected, await EstimateAsync(new Caller("acme", "ann", [role]), rep));
        Assert.Equal(expected == RpcStatus.Ok ? 1 : 0, _handled);
    }

    [Theory]
    [InlineData(Role.Unspecified)]
    [InlineData(Role.Anyone)]
    [InlineData(Role.Authenticated)]
    public async Task Estimate_TokenWithoutRealRole_IsDenied(Role role) =>
        Assert.Equal(RpcStatus.PermissionDenied, await EstimateAsync(new Caller("acme", "ann", [role]), "ann"));

    [Fact]
    public async Task Estimate_OtherAndUnknownPayee_AreRefusedAlike()
    {
        var caller = new Caller("acme", "ann", [Role.Manager]);
        var other = await RefusalAsync(caller, "bob");
        var unknown = await RefusalAsync(caller, "zed");
        Assert.Equal(Text(other).Replace("bob", "zed", StringComparison.Ordinal), Text(unknown));
        Assert.Equal("rep: No payee has the id 'bob'.", other.Message);
        Assert.Equal("UNKNOWN_REP", Assert.Single(other.Details.OfType<ErrorInfo>()).Type);

        static string Text(RpcError error) => $"{error.Status} {error.Message} {string.Join(' ', error.Details)}";
    }

    [Theory]
    [InlineData(Role.Manager, "low", 1)]
    [InlineData(Role.Manager, "ann", 0)]
    [InlineData(Role.Admin, "bob", 1)]
    [InlineData(Role.Admin, "ann", 0)]
    [InlineData(Role.Rep, "bob", 0)]
    public async Task Estimate_OfAnother_IsAuditedIfAllowed(Role role, string rep, int records)
    {
        await EstimateAsync(new Caller("acme", "ann", [role]), rep);
        Assert.Equal(
            Enumerable.Repeat(
                new PayRead("acme", "ann", "commission.v1.Earnings.GetEstimate", rep, "local"), records),
            _audited);
    }

    [Theory]
    [InlineData(Role.Rep, "mine", RpcStatus.Ok)]
    [InlineData(Role.Rep, "ours", RpcStatus.NotFound)]
    [InlineData(Role.Manager, "ours", RpcStatus.Ok)]
    [InlineData(Role.Manager, "theirs", RpcStatus.NotFound)]
    [InlineData(Role.Finance, "theirs", RpcStatus.Ok)]
    [InlineData(Role.Integration, "mine", RpcStatus.PermissionDenied)]
    public async Task Territory_Get_DependsOnMembers(Role role, string territory, RpcStatus expected)
    {
        var table = new MethodTable().Unary<GetTerritoryRequest, TerritoryView>(
            TerritoriesReflection.Descriptor.Services[0], "Get", (_, _) => new(new TerritoryView()));
        var request = new GetTerritoryRequest { Territory = territory };
        Assert.Equal(expected, await CallAsync(table, new Caller("acme", "ann", [role]), request, new TerritoryView()));
    }

    [Theory]
    [InlineData(Role.Rep, "territory", "hers", RpcStatus.Ok)]
    [InlineData(Role.Rep, "territory", "ours", RpcStatus.NotFound)]
    [InlineData(Role.Manager, "territory", "ours", RpcStatus.Ok)]
    [InlineData(Role.Manager, "territory", "theirs", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "team", "ann", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "team", "top", RpcStatus.NotFound)]
    [InlineData(Role.Manager, "team", "ann", RpcStatus.Ok)]
    [InlineData(Role.Manager, "team", "top", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "plan", "her-plan", RpcStatus.Ok)]
    [InlineData(Role.Manager, "plan", "his-plan", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "", "", RpcStatus.InvalidArgument)]
    [InlineData(Role.Rep, "everyone", "", RpcStatus.PermissionDenied)]
    [InlineData(Role.Finance, "everyone", "", RpcStatus.Ok)]
    [InlineData(Role.Finance, "team", "top", RpcStatus.Ok)]
    [InlineData(Role.Integration, "team", "top", RpcStatus.PermissionDenied)]
    public async Task Leaderboard_OfAGroup_IsForThoseWhoBelongToIt(
        Role role, string field, string id, RpcStatus expected)
    {
        var request = new LeaderboardRequest { Everyone = field == "everyone" };
        LeaderboardRequest.Descriptor.FindFieldByName(id.Length > 0 ? field : "on").Accessor.SetValue(request, id);
        Assert.Equal(expected, await BoardAsync(new Caller("acme", "ann", [role]), request));
    }

    [Fact]
    public async Task Leaderboard_OfTheManagerOfOnesManager_IsAllowed() => Assert.Equal(
        RpcStatus.Ok,
        await BoardAsync(new Caller("acme", "low", [Role.Rep]), new LeaderboardRequest { Team = "ann" }));

    [Fact]
    public async Task Leaderboard_TwoGroups_MustBothBeTheCallers() => Assert.Equal(
        RpcStatus.NotFound,
        await BoardAsync(
            new Caller("acme", "ann", [Role.Rep]), new LeaderboardRequest { Territory = "hers", Plan = "his-plan" }));

    [Theory]
    [InlineData(Role.Rep, "ann")]
    [InlineData(Role.Manager, "ann low")]
    [InlineData(Role.Finance, "ann bob low")]
    public async Task Leaderboard_Handler_IsToldWhomTheCallerSees(Role role, string expected)
    {
        var seen = new List<string>();
        var table = new MethodTable().Unary<LeaderboardRequest, Leaderboard>(
            LeaderboardsReflection.Descriptor.Services[0], "Get", async (_, context) =>
            {
                foreach (var rep in new[] { "ann", "bob", "low" })
                {
                    seen.AddRange(await context.Get<Sight>()!.SeesAsync(rep) ? [rep] : []);
                }

                return new Leaderboard();
            });
        var request = new LeaderboardRequest { Territory = "hers" };
        await CallAsync(table, new Caller("acme", "ann", [role]), request, new Leaderboard());
        Assert.Equal(expected, string.Join(' ', seen));
    }

    [Fact]
    public async Task Team_OfOneself_IsAuditedForThoseBelow()
    {
        var table = new MethodTable().Unary<TeamRequest, TeamReply>(
            RepsReflection.Descriptor.Services[0], "Team", (_, _) => new(new TeamReply()));
        var request = new TeamRequest { Rep = "ann" };
        Assert.Equal(
            RpcStatus.PermissionDenied,
            await CallAsync(table, new Caller("acme", "ann", [Role.Rep]), request, new TeamReply()));
        Assert.Equal(
            RpcStatus.Ok,
            await CallAsync(table, new Caller("acme", "ann", [Role.Manager]), request, new TeamReply()));
        Assert.Equal(
            [new PayRead("acme", "ann", "commission.v1.Reps.Team", PayRead.Everyone, "local")], _audited);
    }

    private Task<RpcStatus> BoardAsync(Caller caller, LeaderboardRequest request)
    {
        var table = new MethodTable().Unary<LeaderboardRequest, Leaderboard>(
            LeaderboardsReflection.Descriptor.Services[0], "Get", (_, _) => new(new Leaderboard()));
        return CallAsync(table, caller, request, new Leaderboard());
    }

    [Theory]
    [InlineData(Role.Rep, "her-plan", RpcStatus.Ok)]
    [InlineData(Role.Rep, "his-plan", RpcStatus.NotFound)]
    [InlineData(Role.Rep, "team-plan", RpcStatus.NotFound)]
    [InlineData(Role.Manager, "team-plan", RpcStatus.Ok)]
    [InlineData(Role.Admin, "his-plan", RpcStatus.Ok)]
    public async Task Plan_Get_DependsOnAssignment(Role role, string plan, RpcStatus expected)
    {
        var table = new MethodTable().Unary<GetPlanRequest, PublishedPlan>(
            PlansReflection.Descriptor.Services[0], "Get", (_, _) => new(new PublishedPlan()));
        var request = new GetPlanRequest { Plan = plan };
        Assert.Equal(expected, await CallAsync(table, new Caller("acme", "ann", [role]), request, new PublishedPlan()));
    }

    [Theory]
    [InlineData(Role.Rep, "ann", "d1", 0, RpcStatus.NotFound)]
    [InlineData(Role.Rep, "bob", "d1", 0, RpcStatus.Ok)]
    [InlineData(Role.Manager, "ann", "d1", 0, RpcStatus.Ok)]
    [InlineData(Role.Manager, "ann", "d2", 0, RpcStatus.NotFound)]
    [InlineData(Role.Manager, "ann", "d2", 7, RpcStatus.Ok)]
    [InlineData(Role.Rep, "bob", "none", 0, RpcStatus.NotFound)]
    [InlineData(Role.Integration, "x", "none", 0, RpcStatus.Ok)]
    public async Task Deal_Get_DependsOnCreditsOnceReached(
        Role role, string subject, string deal, long after, RpcStatus expected)
    {
        var table = new MethodTable().Unary<GetDealRequest, DealView>(
            DealsReflection.Descriptor.Services[0], "Get", (_, _) => new(new DealView()));
        var request = new GetDealRequest { Deal = deal, After = new Position { Number = after } };
        Assert.Equal(expected, await CallAsync(table, new Caller("acme", subject, [role]), request, new DealView()));
    }

    [Theory]
    [InlineData(Role.Rep, "ann", "d1", true, false, RpcStatus.NotFound)]
    [InlineData(Role.Rep, "ann", "d1", false, false, RpcStatus.Ok)]
    [InlineData(Role.Manager, "ann", "d1", true, false, RpcStatus.Ok)]
    [InlineData(Role.Manager, "ann", "d1", true, true, RpcStatus.PermissionDenied)]
    [InlineData(Role.Rep, "ann", "new", false, true, RpcStatus.PermissionDenied)]
    [InlineData(Role.Rep, "bob", "d1", true, false, RpcStatus.Ok)]
    [InlineData(Role.Admin, "ann", "d1", true, true, RpcStatus.Ok)]
    public async Task Preview_OfRecordOrEveryone_DependsOnWhatIsSeen(
        Role role, string subject, string deal, bool fromRecord, bool everyone, RpcStatus expected)
    {
        var table = new MethodTable().Unary<PreviewDealRequest, Preview>(
            Earnings, "PreviewDeal", (_, _) => new(new Preview()));
        var request = new PreviewDealRequest
        {
            Rep = subject, Deal = new Deal { Deal_ = deal }, FromRecord = fromRecord, Everyone = everyone,
        };
        Assert.Equal(expected, await CallAsync(table, new Caller("acme", subject, [role]), request, new Preview()));
        Assert.Equal(everyone && expected == RpcStatus.Ok ? ["*"] : [], _audited.Select(read => read.Payee));
    }

    [Fact]
    public async Task MethodWithoutOption_AnyCaller_IsDenied()
    {
        var table = new MethodTable().Unary<Proto.EchoMessage, Proto.EchoMessage>(
            Proto.EchoReflection.Descriptor.Services[0], "Say", (request, _) => new(request));
        var caller = new Caller("acme", "ann", Enum.GetValues<Role>());
        var message = new Proto.EchoMessage();
        Assert.Equal(RpcStatus.PermissionDenied, await CallAsync(table, caller, message, message));
    }

    [Fact]
    public async Task Handler_GateNeverPassed_IsUnauthenticated()
    {
        _caller = new Caller("acme", "ann", [Role.Admin]);
        var method = (UnaryMethod<GetEstimateRequest, Estimate>)Guarded(Estimates()).Methods.Single();
        var context = new LocalContext(method);
        var error = await Assert.ThrowsAsync<RpcError>(() =>
            method.Handler(new GetEstimateRequest { Rep = "ann" }, context).AsTask());
        Assert.Equal(RpcStatus.Unauthenticated, error.Status);
    }

    [Fact]
    public async Task RequestStream_RolesWrong_HandlerReadsNothing()
    {
        var table = new MethodTable().Duplex<RecordRequest, RecordAck>(
            DealsReflection.Descriptor.Services[0], "RecordStream", (requests, _) =>
                requests.Select(_ => new RecordAck { Index = _handled++ }));
        var method = (DuplexMethod<RecordRequest, RecordAck>)Guarded(table).Methods.Single();
        var context = new LocalContext(method);
        context.Set(new Caller("acme", "ann", [Role.Rep]));
        var events = new[] { new RecordRequest() }.ToAsyncEnumerable();
        var error = await Assert.ThrowsAsync<RpcError>(async () =>
            await method.Handler(events, context).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal((RpcStatus.PermissionDenied, 0), (error.Status, _handled));
    }

    [Fact]
    public async Task Watch_TokenExpiresOrPayeeMoves_Ends()
    {
        var method = Watches();
        foreach (var (caller, change, status) in new (Caller, Action, RpcStatus)[]
        {
            (new("acme", "ann", [Role.Manager]), () => _organisation.Below.Remove("low"), RpcStatus.NotFound),
            (new("acme", "low", [Role.Rep], Now.AddSeconds(1)), () => _clock.Now = Now.AddSeconds(1),
                RpcStatus.Unauthenticated),
        })
        {
            var context = new LocalContext(method);
            context.Set(caller);
            await using var updates = method.Handler(new WatchEstimateRequest { Rep = "low" }, context)
                .GetAsyncEnumerator(TestContext.Current.CancellationToken);
            Assert.True(await updates.MoveNextAsync());
            Assert.True(await updates.MoveNextAsync());
            change();
            var error = await Assert.ThrowsAsync<RpcError>(() => updates.MoveNextAsync().AsTask());
            Assert.Equal(status, error.Status);
        }

        Assert.Single(_audited);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Acme")]
    [InlineData("acme/rep")]
    [InlineData("a b")]
    public void Caller_TenantThatIsNone_IsRefused(string tenant) =>
        Assert.Throws<ArgumentException>(() => new Caller(tenant, "ann", []));

    private ServerStreamMethod<WatchEstimateRequest, EstimateUpdate> Watches()
    {
        var table = new MethodTable().ServerStream<WatchEstimateRequest, EstimateUpdate>(
            Earnings, "WatchEstimate", (_, _) => Enumerable.Range(0, 9)
                .Select(i => new EstimateUpdate { Sequence = i }).ToAsyncEnumerable());
        return (ServerStreamMethod<WatchEstimateRequest, EstimateUpdate>)Guarded(table).Methods.Single();
    }

    private MethodTable Estimates() => new MethodTable().Unary<GetEstimateRequest, Estimate>(
        Earnings, "GetEstimate", (_, _) =>
        {
            _handled++;
            return new(new Estimate());
        });

    private MethodTable Guarded(MethodTable table) => CallGuard.Protect(
        table, new Known(this), _organisation, _clock, audit: _audited.Add);

    private Task<RpcStatus> EstimateAsync(Caller? caller, string rep) =>
        CallAsync(Estimates(), caller, new GetEstimateRequest { Rep = rep }, new Estimate());

    private async Task<RpcError> RefusalAsync(Caller caller, string rep)
    {
        _caller = caller;
        var table = Guarded(Estimates());
        return await Assert.ThrowsAsync<RpcError>(() =>
            RunAsync<GetEstimateRequest, Estimate>(table, new GetEstimateRequest { Rep = rep }));
    }

    private async Task<RpcStatus> CallAsync<TReq, TRes>(MethodTable table, Caller? caller, TReq request, TRes _)
        where TReq : class, Google.Protobuf.IMessage<TReq>, new()
        where TRes : class, Google.Protobuf.IMessage<TRes>, new()
    {
        _caller = caller;
        try
        {
            await RunAsync<TReq, TRes>(Guarded(table), request);
            return RpcStatus.Ok;
        }
        catch (RpcError error)
        {
            return error.Status;
        }
    }

    private static async Task RunAsync<TReq, TRes>(MethodTable table, TReq request)
        where TReq : class, Google.Protobuf.IMessage<TReq>, new()
        where TRes : class, Google.Protobuf.IMessage<TRes>, new()
    {
        var method = (UnaryMethod<TReq, TRes>)table.Methods.Single();
        var context = new LocalContext(method);
        await table.Gate!(context);
        await method.Handler(request, context);
    }

    private sealed class Known(CallGuardTests test) : IAuthenticator
    {
        public ValueTask<Caller?> AuthenticateAsync(RpcContext context) => new(test._caller);
    }

    /// <summary>Low reports to ann, and nobody else to anybody.</summary>
    private sealed class Organisation : IOrganisation
    {
        public HashSet<string> Below { get; } = new(StringComparer.Ordinal) { "low" };

        public ValueTask<bool> IsBelowAsync(string tenant, string manager, string rep) =>
            new(tenant == "acme" && manager == "ann" && Below.Contains(rep));

        public ValueTask<bool> HasTerritoryAsync(string tenant, string rep, bool withTeam, string territory) =>
            new(territory == "mine" || (withTeam && territory == "ours"));

        public ValueTask<bool> IsInTerritoryAsync(string tenant, string rep, bool withTeam, string territory) =>
            new(territory == "hers" || (withTeam && territory == "ours"));

        public ValueTask<bool> IsOnPlanAsync(string tenant, string rep, bool withTeam, string plan) =>
            new(rep == "ann" && (plan == "her-plan" || (withTeam && plan == "team-plan")));

        public ValueTask<IReadOnlyCollection<string>> CreditedAsync(
            string deal, Position? after, RpcContext context) =>
            new(deal == "d1" || (deal == "d2" && after is { Number: 7 }) ? ["bob", "low"] : []);
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
