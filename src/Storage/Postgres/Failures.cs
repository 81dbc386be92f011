using System.Net.Sockets;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>What a failure of the server, or of the way to it, means.</summary>
internal static class Failures
{
    /// <summary>Whether the server or the connection failed; anything else is a bug.</summary>
    public static bool IsOfStore(Exception failure) =>
        failure is NpgsqlException or SocketException or IOException or TimeoutException;

    /// <summary>
    /// Another writer was faster, or a deadlock was broken: nothing was written, and the same again will see the
    /// other's work.
    /// </summary>
    public static bool IsContention(Exception failure) => failure is PostgresException
    {
        SqlState: PostgresErrorCodes.UniqueViolation
            or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.DeadlockDetected,
    };

    /// <summary>
    /// Whether the server took the whole transaction back. Only an ordinary error says so: a connection that is lost,
    /// or ended by the server, behind a COMMIT leaves it unknown.
    /// </summary>
    public static bool IsRefusal(Exception failure) =>
        failure is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>What callers get to know.</summary>
    public static StoreUnavailableException Unavailable(string what, Exception failure, bool nothingWritten)
    {
        var known = nothingWritten ? "" : " Whether anything was written is not known.";
        return new StoreUnavailableException(
            $"{what}: {failure.Message.TrimEnd('.')}.{known}", failure, nothingWritten, canContinue: true);
    }
}
