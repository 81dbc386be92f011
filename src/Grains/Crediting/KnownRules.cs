namespace Commission.Grains.Crediting;

/// <summary>
/// How much of each tenant's documents a shard knows of. Whoever credits an event of the shard must know as much,
/// whatever silo it is on: its silo may have heard of nothing. Only for use inside one grain.
/// </summary>
/// <param name="rules">This silo's copy of the rules.</param>
internal sealed class KnownRules(TenantRulesCache rules)
{
    private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);

    /// <summary>What events of a tenant must be credited by at least: a sequence of its catalog.</summary>
    public long SequenceOf(string tenant) => _sequences.GetValueOrDefault(tenant);

    /// <summary>The rules with at least all that this shard was ever told of, by whatever activation.</summary>
    public async ValueTask<TenantRules> GetAsync(string tenant)
    {
        // An earlier activation, on another silo, may have been told of what this silo does not know yet.
        var current = _sequences.TryGetValue(tenant, out var known)
            ? await rules.GetAsync(tenant, known)
            : await rules.RefreshAsync(tenant);
        return Note(tenant, current);
    }

    /// <summary>The rules with every change that the catalog has.</summary>
    public async Task<TenantRules> RefreshAsync(string tenant) => Note(tenant, await rules.RefreshAsync(tenant));

    /// <summary>Takes note of a change.</summary>
    /// <param name="tenant">Whose rules changed.</param>
    /// <param name="sequence">Of the change, in the tenant's catalog.</param>
    public async Task LearnAsync(string tenant, long sequence)
    {
        if ((await GetAsync(tenant)).Sequence < sequence)
        {
            await RefreshAsync(tenant);
        }
    }

    private TenantRules Note(string tenant, TenantRules current)
    {
        _sequences[tenant] = Math.Max(current.Sequence, SequenceOf(tenant));
        return current;
    }
}
