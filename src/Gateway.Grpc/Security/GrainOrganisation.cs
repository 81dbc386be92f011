using Commission.Contracts.Grains;

namespace Commission.Gateway.Grpc.Security;

/// <summary>Asks the tenant's directory.</summary>
/// <param name="grains">Reaches it.</param>
public sealed class GrainOrganisation(IGrainFactory grains) : IOrganisation
{
    /// <inheritdoc/>
    public ValueTask<bool> IsBelowAsync(string tenant, string manager, string rep) =>
        grains.GetGrain<IDirectoryGrain>(tenant).IsBelow(manager, rep);

    /// <inheritdoc/>
    public ValueTask<bool> HasTerritoryAsync(string tenant, string rep, bool withTeam, string territory) =>
        grains.GetGrain<IDirectoryGrain>(tenant).HasTerritory(rep, withTeam, territory);

    /// <inheritdoc/>
    public ValueTask<bool> IsOnPlanAsync(string tenant, string rep, string plan) =>
        grains.GetGrain<IDirectoryGrain>(tenant).IsOnPlan(rep, plan);
}
