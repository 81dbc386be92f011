using Microsoft.AspNetCore.Connections;

namespace Commission.Silo.Hosting.Authentication;

/// <summary>
/// The header that the last call of a connection was let in with, kept as long as the connection, as the web server
/// keeps it, too: nearly always the next call has the same. Safe for concurrent use.
/// </summary>
internal sealed class LastToken
{
    private Kept? _last;

    /// <summary>Has a connection remember. To be added to its middleware.</summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(new LastToken());
        return next(connection);
    };

    /// <summary>What was found for this very header; null: the last call had another one.</summary>
    public RememberedToken? Find(string header) =>
        Volatile.Read(ref _last) is { } last && string.Equals(last.Header, header, StringComparison.Ordinal)
            ? last.Found
            : null;

    /// <summary>Notes what was found for a header.</summary>
    public void Keep(string header, RememberedToken found) => Volatile.Write(ref _last, new Kept(header, found));

    private sealed record Kept(string Header, RememberedToken Found);
}
