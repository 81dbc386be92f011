using System.Collections.Immutable;
using System.Runtime.InteropServices;

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
    // Every deal is held against all of them: the dictionary takes several times as long to go through.
    private readonly Territory[] _conditional;

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
        _conditional = Conditional(Territories);
    }

    private CreditingRules(
        long version,
        ImmutableDictionary<string, Territory> territories,
        ImmutableDictionary<string, string> managers,
        CreditingRules before)
    {
        (Version, Territories, Managers, Exceptions) = (version, territories, managers, before.Exceptions);
        _conditional = ReferenceEquals(territories, before.Territories)
            ? before._conditional
            : Conditional(territories);
    }

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
        new(version, territories, managers, this);

    /// <summary>Who is credited with a deal, whatever its status. Amounts in a territory's conditions are read as the
    /// deal states
    /// them, in its own currency. An exception replaces the credits but not the territories.</summary>
    public CreditedDeal Credit(Deal deal)
    {
        var territories = TerritoriesOf(deal);
        var reasons = new List<CreditReason>();
        if (Exceptions.TryGetValue(deal.Id, out var exceptions))
        {
            reasons.AddRange(exceptions.Select(
                one => new CreditReason(one.Rep, one.Role, one.Share, CreditSource.Exception, By: null)));
        }
        else
        {
            AddOwners(reasons, deal);
            AddTerritories(reasons, deal, territories);
            AddManagers(reasons, deal);
        }

        return new CreditedDeal(
            deal, CreditsByRep.Of(reasons), ImmutableCollectionsMarshal.AsImmutableArray(territories));
    }

    private static Territory[] Conditional(ImmutableDictionary<string, Territory> territories) =>
        [.. territories.Values.Where(territory => !territory.When.IsDefaultOrEmpty)];

    private static void AddOwners(List<CreditReason> reasons, Deal deal)
    {
        foreach (var owner in deal.Owners)
        {
            reasons.Add(new CreditReason(owner.Rep, CreditRole.Owner, owner.Share, CreditSource.Owner, By: null));
        }
    }

    private void AddTerritories(List<CreditReason> reasons, Deal deal, string[] territories)
    {
        foreach (var id in territories)
        {
            foreach (var member in Territories[id].Members)
            {
                if (member.Covers(deal.Credited))
                {
                    reasons.Add(new CreditReason(
                        member.Rep, member.Role, member.Share, CreditSource.Territory, id));
                }
            }
        }
    }

    private void AddManagers(List<CreditReason> reasons, Deal deal)
    {
        foreach (var owner in deal.Owners)
        {
            // Reporting lines come from other systems and may run in circles.
            HashSet<string>? seen = null;
            var rep = owner.Rep;
            while (Managers.TryGetValue(rep, out var manager))
            {
                seen ??= new HashSet<string>(StringComparer.Ordinal) { owner.Rep };
                if (!seen.Add(manager))
                {
                    break;
                }

                reasons.Add(new CreditReason(
                    manager, CreditRole.Team, owner.Share, CreditSource.Manager, owner.Rep));
                rep = manager;
            }
        }
    }

    /// <summary>Those that match and all above them, once each, in ordinal order.</summary>
    private string[] TerritoriesOf(Deal deal)
    {
        List<string>? found = null;
        var money = DealMoney.Own(deal);
        foreach (var territory in _conditional)
        {
            if (Matching.All(territory.When.AsSpan(), deal, money))
            {
                AddWithParents(found ??= [], territory.Id);
            }
        }

        found?.Sort(string.CompareOrdinal);
        return found?.ToArray() ?? [];
    }

    /// <summary>What is there already is so with all above it. They are few: a list is faster than a set.</summary>
    private void AddWithParents(List<string> found, string? id)
    {
        while (id is not null && Territories.TryGetValue(id, out var member) && !found.Contains(id))
        {
            found.Add(id);
            id = member.Parent;
        }
    }
}
