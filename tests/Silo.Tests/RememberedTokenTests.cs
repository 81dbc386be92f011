using System.Security.Cryptography;
using Commission.Silo.Hosting.Authentication;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Commission.Silo.Tests;

/// <summary>Tokens that were good are not checked again for a minute.</summary>
public sealed class RememberedTokenTests
{
    private readonly SymmetricSecurityKey _key = new(RandomNumberGenerator.GetBytes(32));
    private readonly SymmetricSecurityKey _other = new(RandomNumberGenerator.GetBytes(32));
    private readonly MovedClock _clock = new();

    [Fact]
    public async Task GoodToken_KeyWithdrawn_IsGoodForAMinute()
    {
        using var handler = new RememberingTokenHandler(_clock);
        var token = Token(_key);
        Assert.True((await handler.ValidateTokenAsync(token, By(_key))).IsValid);
        _clock.Move(TimeSpan.FromSeconds(59));
        Assert.True((await handler.ValidateTokenAsync(token, By(_other))).IsValid);
        _clock.Move(TimeSpan.FromSeconds(1));
        Assert.False((await handler.ValidateTokenAsync(token, By(_other))).IsValid);
    }

    [Fact]
    public async Task BadToken_KeyFoundLater_IsCheckedAgain()
    {
        using var handler = new RememberingTokenHandler(_clock);
        var token = Token(_key);
        Assert.False((await handler.ValidateTokenAsync(token, By(_other))).IsValid);
        Assert.True((await handler.ValidateTokenAsync(token, By(_key))).IsValid);
    }

    [Fact]
    public async Task OtherToken_OneIsRemembered_IsCheckedItself()
    {
        using var handler = new RememberingTokenHandler(_clock);
        Assert.True((await handler.ValidateTokenAsync(Token(_key), By(_key))).IsValid);
        Assert.False((await handler.ValidateTokenAsync(Token(_other), By(_key))).IsValid);
    }

    private static string Token(SecurityKey key) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = "issuer",
        Audience = "audience",
        Expires = DateTime.UtcNow.AddHours(1),
        SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.HmacSha256),
    });

    private static TokenValidationParameters By(SecurityKey key) =>
        new() { ValidIssuer = "issuer", ValidAudience = "audience", IssuerSigningKey = key };

    private sealed class MovedClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Move(TimeSpan by) => _ticks += by.Ticks;
    }
}
