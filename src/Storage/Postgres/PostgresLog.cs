using Microsoft.Extensions.Logging;

namespace Commission.Storage.Postgres;

/// <summary>What the store reports to its operators.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(150, LogLevel.Information, "Opened the store in the {Place}, format {Version}")]
    public static partial void Opened(ILogger logger, string place, int version);

    [LoggerMessage(151, LogLevel.Error, "Writing the {Table} to the {Place} failed; nothing written: {NothingWritten}")]
    public static partial void WriteFailed(
        ILogger logger, Exception error, string table, string place, bool nothingWritten);

    [LoggerMessage(152, LogLevel.Warning, "The {Place} is on a server with fsync=off: a crash loses acknowledged data")]
    public static partial void FsyncOff(ILogger logger, string place);
}
