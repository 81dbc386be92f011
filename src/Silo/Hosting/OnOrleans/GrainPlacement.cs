using System.Globalization;
using Commission.Contracts.Grains;
using Commission.Grains;
using Commission.Grains.Crediting;
using Commission.Grains.Shards;
using Orleans.Metadata;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Commission.Silo.Hosting;

/// <summary>
/// Where grains are activated. Shards: evenly. Deals: beside the shard that hands them their events, and for as long as
/// they are busy. All others, such as payees: anywhere, so that many of them are spread evenly, and they may be moved.
/// </summary>
internal sealed class GrainPlacement : IGrainPropertiesProvider
{
    /// <inheritdoc/>
    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        var isShard = grainClass == typeof(ShardGrain);
        var isDeal = grainClass == typeof(DealGrain);
        if (grainClass.Assembly != typeof(ShardGrain).Assembly)
        {
            return;
        }

        properties[WellKnownGrainTypeProperties.PlacementStrategy] = isShard ? nameof(ShardPlacement)
            : isDeal ? nameof(PreferLocalPlacement)
            : nameof(RandomPlacement);
        if (isShard || isDeal)
        {
            properties[WellKnownGrainTypeProperties.Immovable] =
                ((byte)ImmovableKind.Any).ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>Each shard on the silo that it belongs to.</summary>
[GenerateSerializer]
[Immutable]
internal sealed class ShardPlacement : PlacementStrategy;

/// <summary>Finds the silo that a shard belongs to.</summary>
internal sealed class ShardDirector(GrainSettings settings) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var shard = ShardKeys.Number(target.GrainIdentity.Key.ToString() ?? "");
        // A number that there is no shard of is refused by the grain.
        return Task.FromResult(ShardShare.OwnerOf(
            Math.Clamp(shard, 0, settings.Shards - 1), settings.Shards, context.GetCompatibleSilos(target)));
    }
}
