using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Reps.</summary>
internal sealed class RepsApi(ApiCall api, ManyReps many)
{
    private const int MostInTeam = 10_000;
    private const int MostDepth = 100;

    public async ValueTask<PutRepReply> Put(Rep rep, RpcContext context) =>
        (await api.Rep(context, rep.Rep_).Put(rep)).ValueOrThrow();

    public async ValueTask<Rep> Get(GetRepRequest request, RpcContext context) =>
        (await api.Rep(context, request.Rep).Get()).ValueOrThrow();

    public async ValueTask<ListRepsReply> List(ListRepsRequest request, RpcContext context) =>
        (await api.Directory(context).ListReps(request)).ValueOrThrow();

    public async ValueTask<AssignReply> Assign(AssignRequest request, RpcContext context) =>
        (await api.Rep(context, request.Rep).Assign(request)).ValueOrThrow();

    public async ValueTask<TeamReply> Team(TeamRequest request, RpcContext context)
    {
        api.KeyOf(context, "rep", request.Rep);
        if (Teams.Fault(request) is { } fault)
        {
            throw Inputs.Invalid(fault.Field, fault.Message);
        }

        if (request.Depth is < 0 or > MostDepth)
        {
            throw Inputs.Invalid("depth", $"{request.Depth} is not a depth: expected 0 to {MostDepth}.");
        }

        Inputs.CheckDay("on", request.On);
        var team = (await api.Directory(context).Team(request.Rep, Math.Max(1, request.Depth), MostInTeam))
            .ValueOrThrow();
        return Teams.PageOf(await many.PacesAsync(team.Members, Inputs.DayOf(request.On), context), request);
    }
}

/// <summary>Handlers of commission.v1.Territories.</summary>
internal sealed class TerritoriesApi(ApiCall api, ManyReps many)
{
    public async ValueTask<PutTerritoryReply> Put(Territory territory, RpcContext context) =>
        (await api.Territory(context, territory.Territory_).Put(territory)).ValueOrThrow();

    public async ValueTask<TerritoryView> Get(GetTerritoryRequest request, RpcContext context) =>
        (await api.Territory(context, request.Territory).Get(Inputs.DayOf(request.On))).ValueOrThrow();

    public async ValueTask<ListTerritoriesReply> List(ListTerritoriesRequest request, RpcContext context) =>
        (await api.Directory(context).ListTerritories(request)).ValueOrThrow();

    public async ValueTask<TerritoryTreeReply> Tree(TerritoryTreeRequest request, RpcContext context)
    {
        var page = (await api.Directory(context).Tree(request)).ValueOrThrow();
        var nodes = await many.TotalsAsync(page.Nodes, Inputs.DayOf(request.On), context);
        return new TerritoryTreeReply
        {
            Nodes = { nodes }, NextPageToken = page.NextPageToken, Territories = page.Total,
        };
    }

    public async ValueTask<TerritoryMembersReply> Members(TerritoryMembersRequest request, RpcContext context) =>
        (await api.Directory(context).Members(request)).ValueOrThrow();

    public async ValueTask<RealignReply> Realign(RealignRequest request, RpcContext context)
    {
        if (!request.DryRun)
        {
            return (await api.Realignment(context).Put(request)).ValueOrThrow();
        }

        var reply = (await api.Realignment(context).Check(request)).ValueOrThrow().Clone();
        reply.Repeat = reply.Changed == 0;
        var asked = new TryRealignment { Put = { request.Put } };
        var parts = await Task.WhenAll(api.RealignmentTrials(context)
            .Select(trial => trial.Try(asked, context.CancellationToken)));
        reply.Impact = Impacts.Of(parts.Select(part => part.ValueOrThrow()));
        return reply;
    }

    /// <summary>All shards together.</summary>
    public async ValueTask<Realignment> GetRealignment(GetRealignmentRequest request, RpcContext context)
    {
        var shards = await Task.WhenAll(api.Shards().Select(shard => shard.GetRealignment(api.TenantOf(context))));
        return new Realignment
        {
            RulesVersion = shards.Max(shard => shard.RulesVersion),
            CreditedBy = shards.Min(shard => shard.CreditedBy),
            EventsDone = shards.Sum(shard => shard.Done),
            EventsTotal = shards.Sum(shard => shard.Total),
        };
    }
}
