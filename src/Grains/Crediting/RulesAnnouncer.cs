using Commission.Contracts.Grains;

namespace Commission.Grains.Crediting;

/// <summary>Tells every shard that crediting rules changed, so that recorded deals are credited anew.</summary>
/// <param name="rules">This silo's copy of the rules.</param>
/// <param name="grains">Reaches the shards.</param>
/// <param name="settings">How many shards there are.</param>
public sealed class RulesAnnouncer(TenantRulesCache rules, IGrainFactory grains, GrainSettings settings)
{
    private const int MostAttempts = 10;

    /// <summary>Returns when every shard has noted the change durably.</summary>
    /// <param name="tenant">Whose rules changed.</param>
    /// <param name="sequence">Of the change, in the tenant's catalog.</param>
    public async Task AnnounceAsync(string tenant, long sequence)
    {
        var version = (await rules.GetAsync(tenant, sequence)).Crediting.Version;
        await TellShardsAsync(tenant, version);
    }

    /// <summary>As <see cref="AnnounceAsync"/>, where the change was one of crediting rules at all.</summary>
    /// <param name="tenant">Whose rules may have changed.</param>
    /// <param name="sequence">Of the change, in the tenant's catalog.</param>
    public async Task AnnounceIfCreditingAsync(string tenant, long sequence)
    {
        var version = (await rules.GetAsync(tenant, sequence)).Crediting.Version;
        if (version >= sequence)
        {
            await TellShardsAsync(tenant, version);
        }
    }

    private async Task TellShardsAsync(string tenant, long version)
    {
        await Task.WhenAll(Enumerable.Range(0, settings.Shards)
            .Select(shard => TellShardAsync(shard, tenant, version)));
    }

    private async Task TellShardAsync(int shard, string tenant, long version)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await grains.GetGrain<IShardGrain>(ShardKeys.Of(shard)).Recredit(tenant, version);
                return;
            }
            catch (ShardMovedException) when (attempt < MostAttempts)
            {
                // The next call reaches the activation that serves the shard now.
            }
        }
    }
}
