using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>
/// Checks tokens, and remembers for a minute those that were good: a client sends the same one with each call, and
/// checking its signature costs many times what most calls cost. Nothing that was refused is remembered. A token's end
/// is not asked for here again: <c>CallGuard</c> asks for it with each call. Safe for concurrent use.
/// </summary>
/// <param name="time">For how long ago it was.</param>
internal sealed class RememberingTokenHandler(TimeProvider time) : JsonWebTokenHandler, IDisposable
{
    private const int Most = 20_000;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _good = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <inheritdoc/>
    public override async Task<TokenValidationResult> ValidateTokenAsync(
        string token, TokenValidationParameters validationParameters)
    {
        // By its digest, so that no token lies about in memory longer than its call.
        var key = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        if (_good.TryGetValue(key, out Remembered? found) && time.GetElapsedTime(found!.Since) < Memory)
        {
            return found.Result;
        }

        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result.IsValid)
        {
            using var entry = _good.CreateEntry(key);
            entry.Value = new Remembered(result, time.GetTimestamp());
            entry.Size = 1;
            entry.AbsoluteExpirationRelativeToNow = Memory;
        }

        return result;
    }

    /// <summary>Forgets all.</summary>
    public void Dispose() => _good.Dispose();

    private sealed record Remembered(TokenValidationResult Result, long Since);
}
