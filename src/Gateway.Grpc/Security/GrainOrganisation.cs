using Commission.Contracts.Grains;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc.Api;

namespace Commission.Gateway.Grpc.Security;

/// <summary>Asks the tenant's directory, and deals.</summary>
/// <param name="grains">Reaches them.</param>
/// <param name="settings">Which tenant, how many shards.</param>
public sealed class GrainOrganisation(IGrainFactory grains, GatewaySettings settings) : IOrganisation
{
    private readonly ApiCall _call = new(grains, settings);

    /// <inheritdoc/>
    public ValueTask<bool> IsBelowAsync(string tenant, string manager, string rep) =>
        grains.GetGrain<IDirectoryGrain>(tenant).IsBelow(manager, rep);

    /// <inheritdoc/>
    public ValueTask<bool> HasTerritoryAsync(string tenant, string rep, bool withTeam, string territory) =>
        grains.GetGrain<IDirectoryGrain>(tenant).HasTerritory(rep, withTeam, territory);

    /// <inheritdoc/>
    public ValueTask<bool> IsInTerritoryAsync(string tenant, string rep, bool withTeam, string territory) =>
        grains.GetGrain<IDirectoryGrain>(tenant).IsInTerritory(rep, withTeam, territory);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyCollection<string>> CreditedAsync(
        string deal, Position? after, RpcContext context)
    {
        if (after is not null)
        {
            await _call.SettleAsync(after, context);
        }

        var found = await _call.Deal(context, deal)
            .Get(new GetDealRequest { Deal = deal }, context.CancellationToken);
        return found.Value is { } view ? [.. view.Credits.Select(credit => credit.Rep)] : [];
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsOnPlanAsync(string tenant, string rep, bool withTeam, string plan) =>
        grains.GetGrain<IDirectoryGrain>(tenant).IsOnPlan(rep, withTeam, plan);
}
