using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Api;

/// <summary>Handlers of commission.v1.Reps.</summary>
internal sealed class RepsApi(ApiCall api)
{
    public async ValueTask<PutRepReply> Put(Rep rep, RpcContext context) =>
        (await api.Rep(context, rep.Rep_).Put(rep)).ValueOrThrow();

    public async ValueTask<Rep> Get(GetRepRequest request, RpcContext context) =>
        (await api.Rep(context, request.Rep).Get()).ValueOrThrow();

    public async ValueTask<ListRepsReply> List(ListRepsRequest request, RpcContext context) =>
        (await api.Directory(context).ListReps(request)).ValueOrThrow();
}

/// <summary>Handlers of commission.v1.Territories.</summary>
internal sealed class TerritoriesApi(ApiCall api)
{
    public async ValueTask<PutTerritoryReply> Put(Territory territory, RpcContext context) =>
        (await api.Territory(context, territory.Territory_).Put(territory)).ValueOrThrow();

    public async ValueTask<TerritoryView> Get(GetTerritoryRequest request, RpcContext context)
    {
        var day = request.On.Length == 0 ? null : request.On;
        return (await api.Territory(context, request.Territory).Get(day)).ValueOrThrow();
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
