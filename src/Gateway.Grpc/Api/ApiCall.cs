using System.Text;
using Commission.Contracts.Grains;
using Commission.Contracts.Grains.V1;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc.Security;

namespace Commission.Gateway.Grpc.Api;

/// <summary>What every handler needs: the grains, and who calls.</summary>
/// <param name="grains">Reaches the grains.</param>
/// <param name="settings">Which tenant, how many shards.</param>
public sealed class ApiCall(IGrainFactory grains, GatewaySettings settings)
{
    private const int LongestId = 200;
    private const int LongestDeal = 400;

    /// <summary>The tenant of the caller.</summary>
    public string TenantOf(RpcContext context) => context.Get<Caller>()?.Tenant ?? settings.Tenant;

    /// <summary>The key of a payee, territory or plan of the caller's tenant.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT: no grain can have this id.</exception>
    public string KeyOf(RpcContext context, string field, string id) => KeyOf(context, field, id, LongestId);

    /// <summary>What is wrong with an id of a payee; null: nothing.</summary>
    public static string? WrongId(string id) => WrongId(id, LongestId);

    private static string? WrongId(string id, int mostBytes) =>
        id.Length is 0 || Encoding.UTF8.GetByteCount(id) > mostBytes || id.AsSpan().ContainsAnyInRange('\0', '\u001f')
            ? $"Expected 1 to {mostBytes} bytes of UTF-8 without control characters."
            : null;

    private string KeyOf(RpcContext context, string field, string id, int mostBytes) =>
        WrongId(id, mostBytes) is { } wrong
            ? throw RpcError.Invalid($"{field}: {wrong}", (field, wrong))
            : GrainKeys.Of(TenantOf(context), id);

    /// <summary>A payee.</summary>
    public IRepGrain Rep(RpcContext context, string rep) => grains.GetGrain<IRepGrain>(KeyOf(context, "rep", rep));

    /// <summary>What lies behind a payee's figures.</summary>
    public IRepHistoryGrain History(RpcContext context, string rep) =>
        grains.GetGrain<IRepHistoryGrain>(KeyOf(context, "rep", rep));

    /// <summary>A territory.</summary>
    public ITerritoryGrain Territory(RpcContext context, string territory) =>
        grains.GetGrain<ITerritoryGrain>(KeyOf(context, "territory", territory));

    /// <summary>A deal.</summary>
    public IDealGrain Deal(RpcContext context, string deal) =>
        grains.GetGrain<IDealGrain>(KeyOf(context, "deal", deal, LongestDeal));

    /// <summary>A plan.</summary>
    public IPlanGrain Plan(RpcContext context, string plan) =>
        grains.GetGrain<IPlanGrain>(KeyOf(context, "plan", plan));

    /// <summary>The tenant's currency rates.</summary>
    public IRatesGrain Rates(RpcContext context) => grains.GetGrain<IRatesGrain>(TenantOf(context));

    /// <summary>The tenant's lists.</summary>
    public IDirectoryGrain Directory(RpcContext context) => grains.GetGrain<IDirectoryGrain>(TenantOf(context));

    /// <summary>What changes many territories of the tenant at once.</summary>
    public IRealignmentGrain Realignment(RpcContext context) =>
        grains.GetGrain<IRealignmentGrain>(TenantOf(context));

    /// <summary>What tries territories on the recorded deals of each shard.</summary>
    public IEnumerable<IRealignmentTrialGrain> RealignmentTrials(RpcContext context) =>
        Enumerable.Range(0, settings.Shards).Select(shard =>
            grains.GetGrain<IRealignmentTrialGrain>(GrainKeys.Of(TenantOf(context), ShardKeys.Of(shard))));

    /// <summary>A leaderboard.</summary>
    public IBoardGrain Board(RpcContext context, BoardDefinition board) =>
        grains.GetGrain<IBoardGrain>(BoardKeys.Of(TenantOf(context), board));

    /// <summary>The shard that a deal's events go to.</summary>
    public IShardGrain ShardOf(RpcContext context, string deal) =>
        Shard(GrainKeys.ShardOf(TenantOf(context), deal, settings.Shards));

    /// <summary>Every shard.</summary>
    public IEnumerable<IShardGrain> Shards() => Enumerable.Range(0, settings.Shards).Select(Shard);

    /// <summary>Waits until the event at a position is credited.</summary>
    /// <exception cref="RpcError">INVALID_ARGUMENT: there is no such position.</exception>
    public async Task ReachAsync(Position after, RpcContext context)
    {
        if (!IsPlace(after))
        {
            throw RpcError.Invalid("after: not a position that an acknowledgement returned.",
                ("after", $"Expected shard 0 to {settings.Shards - 1} and a number of 0 or more."));
        }

        if (!await IsReachedAsync(after, context.CancellationToken))
        {
            throw RpcError.Invalid("after: not a position that an acknowledgement returned.",
                ("after", $"Shard {after.Shard} has no event {after.Number}."));
        }
    }

    /// <summary>The same, but for a position that there is none of: who is asked for it refuses it.</summary>
    public async Task SettleAsync(Position position, RpcContext context)
    {
        if (IsPlace(position))
        {
            await IsReachedAsync(position, context.CancellationToken);
        }
    }

    private bool IsPlace(Position position) =>
        position.Shard >= 0 && position.Shard < settings.Shards && position.Number >= 0;

    private async Task<bool> IsReachedAsync(Position after, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                return await Shard(after.Shard).WaitApplied(after.Number, cancellation);
            }
            catch (ShardMovedException)
            {
                // Whoever serves the shard now answers the next call.
            }
        }
    }

    private IShardGrain Shard(int shard) => grains.GetGrain<IShardGrain>(ShardKeys.Of(shard));
}
