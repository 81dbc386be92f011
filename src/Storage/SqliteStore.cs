using Commission.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Commission.Storage;

/// <summary>
/// A store in one SQLite file. One thread writes: all operations that wait share one transaction and one sync.
/// One failed operation does not disturb the others of its batch; a failed commit fails them all, and leaves nothing.
/// </summary>
/// <remarks>
/// When the queue is full, a call waits for space, first come first served; see <see cref="SqliteStoreOptions"/>.
/// After a full disk the store goes on; after a failed write or sync it refuses all writes until it is opened anew.
/// </remarks>
public sealed partial class SqliteStore : IDealLog, ILedger, IGrainStateStore, ICatalog, IAsyncDisposable
{
    private readonly Writer _writer;
    private readonly ReaderPool _readers;
    private readonly FileStream _lock;

    private SqliteStore(Writer writer, ReaderPool readers, FileStream fileLock)
    {
        _writer = writer;
        _readers = readers;
        _lock = fileLock;
    }

    /// <summary>Opens the file, creating it or bringing it to the current format.</summary>
    /// <exception cref="StoreInUseException">Another writer has it open.</exception>
    /// <exception cref="StoreFormatException">It is not ours, or of a newer format.</exception>
    /// <exception cref="StoreUnavailableException">It cannot be read or written.</exception>
    /// <exception cref="IOException">Its folder is missing, or the lock file beside it cannot be made.</exception>
    public static Task<SqliteStore> OpenAsync(SqliteStoreOptions options, ILogger logger, CancellationToken ct)
    {
        Check(options);
        return Task.Run(() => Open(options, logger), ct);
    }

    /// <inheritdoc/>
    public Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        StorageLimits.CheckEntries(entries);
        return _writer.WriteAsync(t => t.Log.Append(shard, expectedHead, entries), entries.Sum(Size), ct);
    }

    /// <inheritdoc/>
    public Task<long> ReadHeadAsync(int shard, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        return _readers.ReadAsync(reader => JournalReads.Head(reader, shard), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogRecord>> ReadAsync(int shard, long afterNumber, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        StorageLimits.CheckPage(afterNumber, maxCount);
        return _readers.ReadAsync(reader => JournalReads.Log(reader, shard, afterNumber, maxCount), ct);
    }

    /// <inheritdoc/>
    public Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        StorageLimits.CheckPayloads(payloads);
        return _writer.WriteAsync(t => t.Ledger.Append(account, expectedSequence, payloads), Size(payloads), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        StorageLimits.CheckPage(afterSequence, maxCount);
        return _readers.ReadAsync(reader => JournalReads.Ledger(reader, account, afterSequence, maxCount), ct);
    }

    /// <inheritdoc/>
    public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        return _readers.ReadAsync(reader => JournalReads.LedgerEnd(reader, account), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerRecord?>> ReadLastAsync(IReadOnlyList<string> accounts, CancellationToken ct)
    {
        StorageLimits.CheckAccounts(accounts);
        return _readers.ReadAsync(reader => JournalReads.LedgerEnds(reader, accounts), ct);
    }

    /// <summary>Refuses further calls, writes what is queued, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _writer.DisposeAsync();
        await _lock.DisposeAsync();
    }

    /// <summary>Reads or sets a setting of the writer's connection.</summary>
    internal Task<string> PragmaAsync(string pragma, CancellationToken ct) =>
        _writer.WriteAsync(t => t.Pragma(pragma), 0, ct);

    /// <summary>Runs work on the writer's thread, inside a batch.</summary>
    internal Task<T> OnWriterAsync<T>(Func<SqliteConnection, T> work, CancellationToken ct) =>
        _writer.WriteAsync(t => work(t.Connection.Connection), 0, ct);

    private static void Check(SqliteStoreOptions options)
    {
        if (options.MaxQueuedItems < 1 || options.MaxQueuedBytes < 1 || options.MaxReaders < 1
            || options.MaxCachedHeads < 1 || options.CheckpointPages < 1)
        {
            throw new ArgumentException($"Every limit must be at least 1: {options}.", nameof(options));
        }
    }

    private static SqliteStore Open(SqliteStoreOptions options, ILogger logger)
    {
        var fileLock = StoreFile.Lock(options.Path);
        try
        {
            var writer = OpenWriter(options, logger);
            writer.Start();
            return new SqliteStore(writer, new ReaderPool(options.Path, options.MaxReaders), fileLock);
        }
        catch (SqliteException e)
        {
            fileLock.Dispose();
            throw e.SqliteErrorCode == raw.SQLITE_NOTADB
                ? new StoreFormatException($"The file {options.Path} is no SQLite database.")
                : new StoreUnavailableException($"Opening {options.Path} failed: {e.Message}", e, true, false);
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    private static Writer OpenWriter(SqliteStoreOptions options, ILogger logger)
    {
        var connection = StoreFile.OpenWriter(options.Path);
        try
        {
            var found = StoreFile.Migrate(connection, options.Path, Schema.Migrations, options.TimeProvider);
            StorageLog.Opened(logger, options.Path, found, Schema.Migrations[^1].Version);
            return new Writer(new PreparedConnection(connection), options, logger);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static long Size(IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        var bytes = 0L;
        for (var i = 0; i < payloads.Count; i++)
        {
            bytes += payloads[i].Length;
        }

        return bytes;
    }

    private static long Size(LogEntry entry) => entry.Payload.Length + entry.EventId.Length + entry.Tenant.Length;
}
