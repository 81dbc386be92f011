using Commission.Contracts.Grains;

namespace Commission.Verification;

/// <summary>One credit that a payee must hold.</summary>
internal readonly record struct ExpectedCredit(StandingDeal Deal, RoleSet Roles);

/// <summary>What every payee and territory must hold, by tenant/id.</summary>
internal sealed class ExpectedAccounts
{
    private readonly Dictionary<string, List<ExpectedCredit>> _payees = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<StandingDeal>> _territories = new(StringComparer.Ordinal);

    /// <summary>Groups what deals say by who must hold it.</summary>
    public ExpectedAccounts(IEnumerable<StandingDeal> deals)
    {
        foreach (var deal in deals)
        {
            foreach (var (payee, roles) in deal.Payees)
            {
                ListOf(_payees, GrainKeys.Of(deal.Tenant, payee)).Add(new ExpectedCredit(deal, roles));
                Credits++;
            }

            foreach (var territory in deal.Territories)
            {
                ListOf(_territories, GrainKeys.Of(deal.Tenant, territory)).Add(deal);
            }
        }
    }

    /// <summary>Of all payees.</summary>
    public long Credits { get; }

    /// <summary>Payees that must hold any.</summary>
    public IReadOnlyCollection<string> Payees => _payees.Keys;

    /// <summary>Territories that must know of any deal.</summary>
    public IReadOnlyCollection<string> Territories => _territories.Keys;

    /// <summary>What a payee must hold; empty for one without credits.</summary>
    public IReadOnlyList<ExpectedCredit> OfPayee(string key) => _payees.GetValueOrDefault(key) ?? [];

    /// <summary>What a territory must know of; empty for one without deals.</summary>
    public IReadOnlyList<StandingDeal> OfTerritory(string key) => _territories.GetValueOrDefault(key) ?? [];

    private static List<T> ListOf<T>(Dictionary<string, List<T>> lists, string key)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        return list;
    }
}
