using System.Security.Cryptography;
using Commission.Silo.Configuration;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>
/// Tokens of a demonstration, signed with a key that is made at start, is kept in memory alone, and is worth nothing
/// after it: whoever reaches a silo in this mode may have any.
/// </summary>
/// <param name="auth">Which claims say what.</param>
/// <param name="tenant">Of everyone.</param>
/// <param name="time">For their end.</param>
internal sealed class DemoTokens(AuthSettings auth, string tenant, TimeProvider time)
{
    /// <summary>Where they are handed out: `GET /demo/token/rep-282?roles=manager`.</summary>
    public const string Path = "/demo/token/{subject}";

    private const string Name = "commission-demo";
    private static readonly TimeSpan Life = TimeSpan.FromHours(8);
    private readonly SymmetricSecurityKey _key = new(RandomNumberGenerator.GetBytes(32));

    /// <summary>What these tokens are checked by.</summary>
    public TokenValidationParameters Parameters => new()
    {
        ValidIssuer = Name,
        ValidAudience = Name,
        IssuerSigningKey = _key,
        ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
    };

    /// <summary>A token, good for eight hours.</summary>
    /// <param name="subject">Whose; for payees their id.</param>
    /// <param name="roles">As in the claim, such as "rep" or "rep manager".</param>
    public string Create(string subject, string roles)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [auth.SubjectClaim] = subject,
            [auth.RolesClaim] = roles,
        };
        if (auth.TenantClaim.Length > 0)
        {
            claims[auth.TenantClaim] = tenant;
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Name,
            Audience = Name,
            NotBefore = now,
            IssuedAt = now,
            Expires = now + Life,
            Claims = claims,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.HmacSha256),
        });
    }

    /// <summary>Hands them out.</summary>
    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        Path, (string subject, string? roles) => Results.Text(Create(subject, roles ?? "rep") + "\n"));
}
