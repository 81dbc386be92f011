using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Commission.Silo.Tests.Hosts;

/// <summary>An OpenID Connect provider in this process: what a silo asks one for, and tokens.</summary>
public sealed class Provider : IAsyncDisposable
{
    public const string Audience = "commission";
    private readonly WebApplication _app;
    private readonly List<RSA> _keys = [RSA.Create(2048)];

    private Provider(WebApplication app) => _app = app;

    /// <summary>Its address, which is the issuer of its tokens.</summary>
    public string Authority => _app.Urls.First();

    private RsaSecurityKey Key => new(_keys[^1]) { KeyId = IdOf(_keys.Count - 1) };

    public static async Task<Provider> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var provider = new Provider(app);
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(new Dictionary<string, string>
        {
            ["issuer"] = provider.Authority,
            ["jwks_uri"] = $"{provider.Authority}/keys",
        }));
        app.MapGet("/keys", () => Results.Json(new { keys = provider._keys.Select(PublicKey) }));
        await app.StartAsync();
        return provider;
    }

    /// <summary>What a silo is started with to ask for its tokens.</summary>
    public string[] Settings() =>
    [
        "--Commission:Auth:Mode", "oidc",
        "--Commission:Auth:Authority", Authority,
        "--Commission:Auth:Audience", Audience,
    ];

    /// <summary>A token; what is null is left out.</summary>
    public string Token(
        string? subject,
        string? roles,
        string? tenant = "main",
        string audience = Audience,
        string? issuer = null,
        TimeSpan? age = null,
        SecurityKey? key = null)
    {
        var made = DateTime.UtcNow - (age ?? TimeSpan.Zero);
        var claims = new Dictionary<string, object?> { ["sub"] = subject, ["roles"] = roles, ["tenant"] = tenant };
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Authority,
            Audience = audience,
            NotBefore = made,
            IssuedAt = made,
            Expires = made.AddMinutes(30),
            Claims = claims.Where(claim => claim.Value is not null).ToDictionary(
                claim => claim.Key, claim => claim.Value!, StringComparer.Ordinal),
            SigningCredentials = new SigningCredentials(
                key ?? Key, key is SymmetricSecurityKey ? SecurityAlgorithms.HmacSha256 : SecurityAlgorithms.RsaSha256),
        });
    }

    /// <summary>Signs with a new key from now on; the old ones are good still.</summary>
    public void Rotate() => _keys.Add(RSA.Create(2048));

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _keys.ForEach(key => key.Dispose());
    }

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"key{number}");

    private static Dictionary<string, string> PublicKey(RSA key, int number)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["kty"] = "RSA",
            ["use"] = "sig",
            ["kid"] = IdOf(number),
            ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
            ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
        };
    }
}
