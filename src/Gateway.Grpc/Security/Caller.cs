using System.Collections.Immutable;
using Commission.Contracts.V1;

namespace Commission.Gateway.Grpc.Security;

/// <summary>Who calls, kept with the call. Immutable.</summary>
public sealed class Caller
{
    private const int LongestTenant = 64;

    /// <summary>Creates a caller.</summary>
    /// <param name="tenant">Whose data he sees: 1 to 64 lower-case letters, digits and '-'.</param>
    /// <param name="subject">His name; for payees their id. Not empty.</param>
    /// <param name="roles">What he is; the roles that say nothing of a caller are left out.</param>
    /// <param name="expires">When his token ends; null: never.</param>
    /// <exception cref="ArgumentException">Tenant or subject can't be one.</exception>
    public Caller(string tenant, string subject, IEnumerable<Role> roles, DateTimeOffset? expires = null)
    {
        if (!IsTenant(tenant))
        {
            throw new ArgumentException("A tenant is 1 to 64 lower-case letters, digits and '-'.", nameof(tenant));
        }

        ArgumentException.ThrowIfNullOrEmpty(subject);
        (Tenant, Subject, Expires) = (tenant, subject, expires);
        Roles = [.. roles.Where(role => role is not (Role.Unspecified or Role.Anyone or Role.Authenticated))];
        RoleSet = RoleSet.Of(Roles);
    }

    /// <summary>Whose data he sees.</summary>
    public string Tenant { get; }

    /// <summary>His name; for payees their id.</summary>
    public string Subject { get; }

    /// <summary>What he is; may be empty.</summary>
    public ImmutableHashSet<Role> Roles { get; }

    /// <summary>The same, for questions that come with each call.</summary>
    internal RoleSet RoleSet { get; }

    /// <summary>When his token ends (UTC); null: never.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Whether a text can be a tenant's id: no other may become part of a key.</summary>
    public static bool IsTenant(string? text) => text is { Length: > 0 and <= LongestTenant }
        && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}

/// <summary>Finds out who calls.</summary>
public interface IAuthenticator
{
    /// <summary>The caller, or null if the call does not say, or can't prove it.</summary>
    ValueTask<Caller?> AuthenticateAsync(RpcContext context);
}

/// <summary>Whom and what a payee may see beyond himself, by his tenant's documents.</summary>
public interface IOrganisation
{
    /// <summary>Whether a payee reports to another, directly or through others.</summary>
    ValueTask<bool> IsBelowAsync(string tenant, string manager, string rep);

    /// <summary>Whether a territory, with those below, has members, and all are the payee or report to him.</summary>
    /// <param name="tenant">His tenant.</param>
    /// <param name="rep">The payee.</param>
    /// <param name="withTeam">Whether those who report to him count.</param>
    /// <param name="territory">Its id; there may be none.</param>
    ValueTask<bool> HasTerritoryAsync(string tenant, string rep, bool withTeam, string territory);

    /// <summary>Whether the payee is today a member of a territory, or of one below it.</summary>
    /// <param name="tenant">His tenant.</param>
    /// <param name="rep">The payee.</param>
    /// <param name="withTeam">Whether it is enough that one who reports to him is.</param>
    /// <param name="territory">Its id; there may be none.</param>
    ValueTask<bool> IsInTerritoryAsync(string tenant, string rep, bool withTeam, string territory);

    /// <summary>Whether any assignment of the payee is to the plan.</summary>
    /// <param name="tenant">His tenant.</param>
    /// <param name="rep">The payee.</param>
    /// <param name="withTeam">Or of one who reports to him.</param>
    /// <param name="plan">Its id; there may be none.</param>
    ValueTask<bool> IsOnPlanAsync(string tenant, string rep, bool withTeam, string plan);

    /// <summary>Who is credited with a deal of the caller's tenant, as it stands; nobody if there is none.</summary>
    /// <param name="deal">Its id; there may be none.</param>
    /// <param name="after">When this event is credited; null: as things stand.</param>
    /// <param name="context">The call.</param>
    ValueTask<IReadOnlyCollection<string>> CreditedAsync(string deal, Position? after, RpcContext context);
}

/// <summary>Somebody's pay was read by another; for the audit log.</summary>
/// <param name="Tenant">Of both.</param>
/// <param name="Subject">Who read.</param>
/// <param name="Method">Full name of the method called.</param>
/// <param name="Payee">Whose pay; <see cref="Everyone"/>: that of all whom the call concerns.</param>
/// <param name="Peer">The reader's network address.</param>
public sealed record PayRead(string Tenant, string Subject, string Method, string Payee, string Peer)
{
    /// <summary>Stands for all whom a call concerns; no payee's id.</summary>
    public const string Everyone = "*";
}
