using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Commission.Contracts.V1;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Security;
using Commission.Silo.Configuration;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>Reads the caller from the claims of a token that has been found valid.</summary>
/// <param name="auth">Which claims say what.</param>
/// <param name="tenant">Of callers whose tokens are not asked for one.</param>
internal sealed class TokenAuthenticator(AuthSettings auth, string tenant) : IAuthenticator
{
    // A token that is remembered always comes as the same principal.
    private readonly ConditionalWeakTable<ClaimsPrincipal, Caller> _callers = [];

    private readonly Caller? _everything = auth.Mode == AuthSettings.Demo
        ? new Caller(tenant, "demo", [Role.Admin, Role.Finance, Role.Integration])
        : null;

    /// <inheritdoc/>
    /// <remarks>In a demonstration who brings no token may do everything; who brings a bad one is refused.</remarks>
    public ValueTask<Caller?> AuthenticateAsync(RpcContext context) =>
        new(_everything is not null && context.Header("authorization") is null
            ? _everything
            : KnownOf(context.User));

    private Caller? KnownOf(ClaimsPrincipal? user)
    {
        if (user is not null && _callers.TryGetValue(user, out var known))
        {
            return known;
        }

        var caller = CallerOf(user);
        if (caller is not null)
        {
            _callers.AddOrUpdate(user!, caller);
        }

        return caller;
    }

    /// <summary>The caller; null if the claims do not name one, or name two.</summary>
    public Caller? CallerOf(ClaimsPrincipal? user)
    {
        if (user?.Identity is not { IsAuthenticated: true })
        {
            return null;
        }

        var subject = Single(user, auth.SubjectClaim);
        var of = auth.TenantClaim.Length == 0 ? tenant : Single(user, auth.TenantClaim);
        return string.IsNullOrEmpty(subject) || !Caller.IsTenant(of) || ExpiryOf(user) is not { } expires
            ? null
            : new Caller(of!, subject, RolesOf(user), expires);
    }

    /// <summary>The roles that we know; others are for other programs.</summary>
    private IEnumerable<Role> RolesOf(ClaimsPrincipal user) =>
        from claim in user.FindAll(auth.RolesClaim)
        from name in claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        where name.All(char.IsAsciiLetter) && Enum.TryParse<Role>(name, ignoreCase: true, out _)
        select Enum.Parse<Role>(name, ignoreCase: true);

    /// <summary>A token without an end would be one forever.</summary>
    private static DateTimeOffset? ExpiryOf(ClaimsPrincipal user) =>
        long.TryParse(Single(user, "exp"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static string? Single(ClaimsPrincipal user, string claim) =>
        user.FindAll(claim).Take(2).ToArray() is [var only] ? only.Value : null;
}
