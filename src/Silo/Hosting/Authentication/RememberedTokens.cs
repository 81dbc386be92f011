using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Caching.Memory;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>
/// Has tokens checked, and remembers for a minute those that were good: a client sends the same one with each call, and
/// to have it checked costs many times what most calls cost. Nothing that was refused is remembered. A token's end is
/// not asked for here again: <c>CallGuard</c> asks for it with each call. Safe for concurrent use.
/// </summary>
/// <param name="time">For how long ago it was.</param>
internal sealed class RememberedTokens(TimeProvider time) : IDisposable
{
    private const int Most = 20_000;
    private const int Usual = 2048;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);
    private readonly MemoryCache _good = new(new MemoryCacheOptions { SizeLimit = Most });

    /// <summary>Finds out who calls, as ASP.NET Core's own middleware does, and lets the call go on.</summary>
    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        string? header = http.Request.Headers.Authorization;
        if (string.IsNullOrEmpty(header))
        {
            return next(http);
        }

        var last = http.Features.Get<LastToken>();
        if (Find(header, last) is not { } found)
        {
            return CheckAsync(http, header, next);
        }

        http.User = found.User;
        return next(http);
    }

    /// <summary>Whom a header was found to name, not longer ago than a minute; null: it has to be checked.</summary>
    /// <param name="header">The call's.</param>
    /// <param name="last">What its connection remembers, which may be nothing.</param>
    public RememberedToken? Find(string header, LastToken? last = null)
    {
        if (last?.Find(header) is { } known && IsFresh(known))
        {
            return known;
        }

        if (DigestOf(header) is not { } digest
            || !_good.TryGetValue(digest, out RememberedToken? found) || !IsFresh(found!))
        {
            return null;
        }

        last?.Keep(header, found!);
        return found;
    }

    /// <summary>Notes whom a header names.</summary>
    public void Keep(string header, ClaimsPrincipal user)
    {
        if (DigestOf(header) is not { } digest)
        {
            return;
        }

        using var entry = _good.CreateEntry(digest);
        entry.Value = new RememberedToken(user, time.GetTimestamp());
        entry.Size = 1;
        entry.AbsoluteExpirationRelativeToNow = Memory;
    }

    /// <summary>Forgets all.</summary>
    public void Dispose() => _good.Dispose();

    private bool IsFresh(RememberedToken found) => time.GetElapsedTime(found.Since) < Memory;

    private async Task CheckAsync(HttpContext http, string header, RequestDelegate next)
    {
        var result = await http.AuthenticateAsync();
        if (result.Principal is { } user)
        {
            http.User = user;
            Keep(header, user);
        }

        await next(http);
    }

    /// <summary>
    /// So that tokens don't lie about in memory after their connections; null: the header is none that a token has.
    /// </summary>
    private static Digest? DigestOf(string header)
    {
        Span<byte> bytes = header.Length <= Usual ? stackalloc byte[Usual] : new byte[header.Length];
        if (Ascii.FromUtf16(header, bytes, out var length) != OperationStatus.Done)
        {
            return null;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], digest);
        return MemoryMarshal.Read<Digest>(digest);
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Digest(ulong A, ulong B, ulong C, ulong D);
}

/// <summary>A token that was good.</summary>
/// <param name="User">Whom it names.</param>
/// <param name="Since">When it was checked, as a timestamp of the clock.</param>
internal sealed record RememberedToken(ClaimsPrincipal User, long Since);
