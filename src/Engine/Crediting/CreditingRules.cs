using System.Collections.Immutable;

namespace Commission.Engine;

/// <summary>A member of a territory.</summary>
/// <param name="Rep">The payee.</param>
/// <param name="Role">In which the member is credited.</param>
/// <param name="Share">Of each deal; 1 is 100 %.</param>
/// <param name="From">First day, inclusive; null: from the beginning.</param>
/// <param name="To">Last day, inclusive; null: open.</param>
public readonly record struct TerritoryMember(
    string Rep, CreditRole Role, decimal Share, DateOnly? From = null, DateOnly? To = null)
{
    /// <summary>Whether the member is one on a day.</summary>
    public bool Covers(DateOnly day) => (From is not { } from || day >= from) && (To is not { } to || day <= to);
}

/// <summary>A part of the market.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Title">For people.</param>
/// <param name="Parent">Id of the territory that it is part of, or null.</param>
/// <param name="When">Every one must hold for a deal to be of this territory; a territory without any matches no deal
/// by
/// itself, only through its children.</param>
/// <param name="Members">Who is credited with its deals.</param>
public sealed record Territory(
    string Id, string Title, string? Parent, ImmutableArray<Matcher> When, ImmutableArray<TerritoryMember> Members);

/// <summary>Why a payee is credited.</summary>
public enum CreditSource
{
    /// <summary>Owns the deal.</summary>
    Owner,

    /// <summary>Is a member of a territory.</summary>
    Territory,

    /// <summary>Manages an owner, directly or not.</summary>
    Manager,

    /// <summary>By an admin's exception.</summary>
    Exception,
}

/// <summary>One credit, and why.</summary>
/// <param name="Rep">Who.</param>
/// <param name="Role">In which role.</param>
/// <param name="Share">1 is 100 %.</param>
/// <param name="Source">By which rule.</param>
/// <param name="By">The territory, or the owner who is managed; null otherwise.</param>
public readonly record struct CreditReason(
    string Rep, CreditRole Role, decimal Share, CreditSource Source, string? By);

/// <summary>One payee's credits of a deal.</summary>
/// <param name="Rep">Who.</param>
/// <param name="Roles">One entry for each role, the largest share.</param>
/// <param name="Reasons">Every way in which they came about, also those whose share was not the largest.</param>
public sealed record RepCredit(string Rep, ImmutableArray<RoleShare> Roles, ImmutableArray<CreditReason> Reasons);

/// <summary>Who is credited with a deal.</summary>
/// <param name="Deal">The deal.</param>
/// <param name="Reps">In ordinal order of <see cref="RepCredit.Rep"/>.</param>
/// <param name="Territories">Ids of matching territories and all their ancestors, once each, in ordinal order.</param>
public sealed record CreditedDeal(Deal Deal, ImmutableArray<RepCredit> Reps, ImmutableArray<string> Territories);

/// <summary>An exception that an admin has set: it replaces all rules for one deal.</summary>
public readonly record struct ExceptionalCredit(string Rep, CreditRole Role, decimal Share);

/// <summary>Says who is credited with a deal. Immutable.</summary>
public sealed class CreditingRules
{
    /// <summary>No territories, managers or exceptions: only owners are credited.</summary>
    public static readonly CreditingRules OwnersOnly = new(0, [], [], []);

    /// <summary>Rules.</summary>
    /// <param name="version">Rises with every change of the rules.</param>
    /// <param name="territories">Ids are unique.</param>
    /// <param name="managers">The manager of each payee that has one.</param>
    /// <param name="exceptions">By deal id.</param>
    public CreditingRules(
        long version,
        IEnumerable<Territory> territories,
        IEnumerable<KeyValuePair<string, string>> managers,
        IEnumerable<KeyValuePair<string, ImmutableArray<ExceptionalCredit>>> exceptions)
    {
        Version = version;
        Territories = territories.ToImmutableDictionary(territory => territory.Id, StringComparer.Ordinal);
        Managers = managers.ToImmutableDictionary(StringComparer.Ordinal);
        Exceptions = exceptions.ToImmutableDictionary(StringComparer.Ordinal);
    }

    private CreditingRules(
        long version,
        ImmutableDictionary<string, Territory> territories,
        ImmutableDictionary<string, string> managers,
        ImmutableDictionary<string, ImmutableArray<ExceptionalCredit>> exceptions) =>
        (Version, Territories, Managers, Exceptions) = (version, territories, managers, exceptions);

    /// <summary>Rises with every change of the rules.</summary>
    public long Version { get; }

    /// <summary>By id.</summary>
    public ImmutableDictionary<string, Territory> Territories { get; }

    /// <summary>The manager of each payee that has one.</summary>
    public ImmutableDictionary<string, string> Managers { get; }

    /// <summary>By deal id.</summary>
    public ImmutableDictionary<string, ImmutableArray<ExceptionalCredit>> Exceptions { get; }

    /// <summary>Later rules with the same exceptions. Copies nothing, so that it costs the same for a hundred thousand
    /// payees.</summary>
    /// <param name="version">Rises with every change of the rules.</param>
    /// <param name="territories">By id, ordinal.</param>
    /// <param name="managers">The manager of each payee that has one, ordinal.</param>
    public CreditingRules With(
        long version,
        ImmutableDictionary<string, Territory> territories,
        ImmutableDictionary<string, string> managers) =>
        new(version, territories, managers, Exceptions);

    /// <summary>Who is credited with a deal, whatever its status. Amounts in a territory's conditions are read as the
    /// deal states
    /// them, in its own currency. An exception replaces the credits but not the territories.</summary>
    public CreditedDeal Credit(Deal deal)
    {
        var territories = TerritoriesOf(deal);
        var reasons = Exceptions.TryGetValue(deal.Id, out var exceptions)
            ? exceptions.Select(
                one => new CreditReason(one.Rep, one.Role, one.Share, CreditSource.Exception, By: null))
            : ByOwners(deal).Concat(ByTerritories(deal, territories)).Concat(ByManagers(deal));
        var reps = reasons
            .GroupBy(reason => reason.Rep, StringComparer.Ordinal)
            .OrderBy(rep => rep.Key, StringComparer.Ordinal)
            .Select(rep => new RepCredit(rep.Key, LargestShares(rep), [.. rep]));
        return new CreditedDeal(deal, [.. reps], [.. territories.Order(StringComparer.Ordinal)]);
    }

    private static ImmutableArray<RoleShare> LargestShares(IEnumerable<CreditReason> reasons) =>
    [
        .. reasons.GroupBy(reason => reason.Role).OrderBy(role => role.Key)
            .Select(role => new RoleShare(role.Key, role.Max(reason => reason.Share))),
    ];

    private static IEnumerable<CreditReason> ByOwners(Deal deal) => deal.Owners.Select(
        owner => new CreditReason(owner.Rep, CreditRole.Owner, owner.Share, CreditSource.Owner, By: null));

    private IEnumerable<CreditReason> ByTerritories(Deal deal, IEnumerable<string> territories) => territories
        .Order(StringComparer.Ordinal)
        .SelectMany(id => Territories[id].Members
            .Where(member => member.Covers(deal.Credited))
            .Select(member => new CreditReason(
                member.Rep, member.Role, member.Share, CreditSource.Territory, id)));

    private IEnumerable<CreditReason> ByManagers(Deal deal)
    {
        foreach (var owner in deal.Owners)
        {
            // Reporting lines come from other systems and may run in circles.
            var seen = new HashSet<string>(StringComparer.Ordinal) { owner.Rep };
            var rep = owner.Rep;
            while (Managers.TryGetValue(rep, out var manager) && seen.Add(manager))
            {
                yield return new CreditReason(manager, CreditRole.Team, owner.Share, CreditSource.Manager, owner.Rep);
                rep = manager;
            }
        }
    }

    private HashSet<string> TerritoriesOf(Deal deal)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var money = DealMoney.Own(deal);
        foreach (var territory in Territories.Values)
        {
            if (!territory.When.IsDefaultOrEmpty && Matching.All(territory.When.AsSpan(), deal, money))
            {
                string? id = territory.Id;
                while (id is not null && Territories.TryGetValue(id, out var member) && found.Add(id))
                {
                    id = member.Parent;
                }
            }
        }

        return found;
    }
}
