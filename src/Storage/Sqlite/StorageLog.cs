using Microsoft.Extensions.Logging;

namespace Commission.Storage.Sqlite;

/// <summary>What the store reports to its operators.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(100, LogLevel.Information, "Opened the store {Path}, format {Found}, now {Version}")]
    public static partial void Opened(ILogger logger, string path, long found, long version);

    [LoggerMessage(101, LogLevel.Error, "Writing to {Path} failed; the store can continue: {CanContinue}")]
    public static partial void WriteFailed(ILogger logger, Exception error, string path, bool canContinue);

    [LoggerMessage(102, LogLevel.Error, "Undoing a failed batch in {Path} failed")]
    public static partial void RollbackFailed(ILogger logger, Exception error, string path);

    [LoggerMessage(103, LogLevel.Error, "Copying the write-ahead log into {Path} failed: {Message}")]
    public static partial void CheckpointFailed(ILogger logger, string path, string message);
}
