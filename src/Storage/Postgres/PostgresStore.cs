using Commission.Storage.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Commission.Storage;

/// <summary>
/// A store in a PostgreSQL database, which several processes may have open: keys fence them from each other.
/// Operations that wait share one transaction and one sync, separately for log, ledger, states and catalog.
/// </summary>
/// <remarks>
/// When a queue is full, a call waits for space, first come first served; see <see cref="PostgresStoreOptions"/>.
/// While the server can't be reached, calls throw <see cref="StoreUnavailableException"/>; the store goes on by itself
/// when it is back. When the connection is lost behind a commit, its outcome is unknown, and the exception says so;
/// that commit may even come through later. Read the head again and append behind it: either the records are there,
/// or the append collides with them and is fenced.
/// </remarks>
public sealed class PostgresStore : IDealLog, ILedger, IGrainStateStore, ICatalog, IAsyncDisposable
{
    private readonly NpgsqlDataSource _writing;
    private readonly PostgresReaders _readers;
    private readonly BatchWriter<LogAppend> _log;
    private readonly BatchWriter<LedgerAppend> _ledger;
    private readonly BatchWriter<StateWrite> _states;
    private readonly BatchWriter<CatalogPut> _catalog;

    private PostgresStore(PostgresAddress address, PostgresStoreOptions options, ILogger logger)
    {
        var place = address.Description;
        _writing = address.WriterSource();
        _readers = new PostgresReaders(address.ReaderSource(options.MaxReaders), place, options.MaxReaders);
        _log = new("deal log", place, _writing, options, logger, (batch, _) => new LogBatch(batch));
        var heads = new Dictionary<string, long>(StringComparer.Ordinal);
        _ledger = new(
            "ledger", place, _writing, options, logger, (batch, isSure) => new LedgerBatch(batch, heads, isSure));
        _states = new("grain states", place, _writing, options, logger, (batch, _) => new StateBatch(batch));
        _catalog = new(
            "catalog", place, _writing, options, logger, (batch, _) => new CatalogBatch(batch, options.TimeProvider));
    }

    /// <summary>Opens the database, whose tables <see cref="PostgresSchema.MigrateAsync(string,
    /// CancellationToken)"/> has made.</summary>
    /// <exception cref="ArgumentException">The connection string is none, or a limit is under 1.</exception>
    /// <exception cref="StoreFormatException">The database has no tables of ours, or of another version.</exception>
    /// <exception cref="StoreUnavailableException">It can't be reached, or refuses.</exception>
    public static async Task<PostgresStore> OpenAsync(
        PostgresStoreOptions options, ILogger logger, CancellationToken ct)
    {
        var address = PostgresAddress.Parse(options.ConnectionString);
        Check(options);
        await CheckAsync(address, logger, ct);
        var store = new PostgresStore(address, options, logger);
        store._log.Start();
        store._ledger.Start();
        store._states.Start();
        store._catalog.Start();
        return store;
    }

    /// <inheritdoc/>
    public async Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        StorageLimits.CheckEntries(entries);
        var append = new LogAppend(shard, expectedHead, entries);
        await _log.EnqueueAsync(append, ct);
        return await append.Done;
    }

    /// <inheritdoc/>
    public Task<long> ReadHeadAsync(int shard, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        return PostgresJournalReads.HeadAsync(_readers, shard, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogRecord>> ReadAsync(int shard, long afterNumber, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        StorageLimits.CheckPage(afterNumber, maxCount);
        return PostgresJournalReads.LogAsync(_readers, shard, afterNumber, maxCount, ct);
    }

    /// <inheritdoc/>
    public async Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        StorageLimits.CheckPayloads(payloads);
        var append = new LedgerAppend(account, expectedSequence, payloads);
        await _ledger.EnqueueAsync(append, ct);
        return await append.Done;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        StorageLimits.CheckPage(afterSequence, maxCount);
        return PostgresJournalReads.LedgerAsync(_readers, account, afterSequence, maxCount, ct);
    }

    /// <inheritdoc/>
    public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        return PostgresJournalReads.LedgerEndAsync(_readers, account, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerRecord?>> ReadLastAsync(IReadOnlyList<string> accounts, CancellationToken ct)
    {
        StorageLimits.CheckAccounts(accounts);
        return PostgresJournalReads.LedgerEndsAsync(_readers, accounts, ct);
    }

    /// <inheritdoc/>
    public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        return PostgresDocumentReads.GrainStateAsync(_readers, name, key, ct);
    }

    /// <inheritdoc/>
    public Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        StorageLimits.CheckPayload(state, nameof(state));
        return WriteAsync(new StateWrite(new(name, key), etag, Payloads.ToArray(state)), ct);
    }

    /// <inheritdoc/>
    public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct)
    {
        StorageLimits.CheckKeys((name, nameof(name)), (key, nameof(key)));
        return WriteAsync(new StateWrite(new(name, key), etag, state: null), ct);
    }

    /// <inheritdoc/>
    public async Task<CatalogPutResult> PutAsync(
        string tenant,
        string kind,
        string id,
        long? expectedVersion,
        ReadOnlyMemory<byte> document,
        CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        StorageLimits.CheckPayload(document, nameof(document));
        return (await PutAllAsync(tenant, [new(kind, id, expectedVersion, document)], ct))[0];
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        string tenant, IReadOnlyList<CatalogDraft> drafts, CancellationToken ct)
    {
        StorageLimits.CheckDrafts(tenant, drafts);
        var put = new CatalogPut(tenant, drafts);
        await _catalog.EnqueueAsync(put, ct);
        return await put.Done;
    }

    /// <inheritdoc/>
    public Task<CatalogEntry?> GetAsync(string tenant, string kind, string id, long? version, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        return PostgresDocumentReads.DocumentAsync(_readers, new(tenant, kind, id), version, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ListAsync(
        string tenant, string kind, string? afterId, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)));
        StorageLimits.CheckCursor(afterId, nameof(afterId));
        StorageLimits.CheckPage(0, maxCount);
        return PostgresDocumentReads.LatestVersionsAsync(_readers, tenant, kind, afterId, maxCount, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ChangesAsync(
        string tenant, long afterSequence, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKey(tenant, nameof(tenant));
        StorageLimits.CheckPage(afterSequence, maxCount);
        return PostgresDocumentReads.ChangesAfterAsync(_readers, tenant, afterSequence, maxCount, ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> VersionsAsync(
        string tenant, string kind, string id, CancellationToken ct)
    {
        StorageLimits.CheckKeys((tenant, nameof(tenant)), (kind, nameof(kind)), (id, nameof(id)));
        return PostgresDocumentReads.AllVersionsAsync(_readers, new(tenant, kind, id), ct);
    }

    /// <summary>Refuses further calls, writes what is queued, and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _readers.DisposeAsync();
        await _log.DisposeAsync();
        await _ledger.DisposeAsync();
        await _states.DisposeAsync();
        await _catalog.DisposeAsync();
        await _writing.DisposeAsync();
    }

    private async Task<StateWriteResult> WriteAsync(StateWrite write, CancellationToken ct)
    {
        await _states.EnqueueAsync(write, ct);
        return await write.Done;
    }

    private static void Check(PostgresStoreOptions options)
    {
        if (options.MaxQueuedItems < 1 || options.MaxQueuedBytes < 1 || options.MaxReaders < 1)
        {
            throw new ArgumentException("Every limit must be at least 1.", nameof(options));
        }
    }

    private static async Task CheckAsync(PostgresAddress address, ILogger logger, CancellationToken ct)
    {
        try
        {
            await using var source = address.WriterSource();
            await using var connection = await source.OpenConnectionAsync(ct);
            await PostgresSchema.CheckAsync(connection, address.Description, ct);
            await using var fsync = new NpgsqlCommand("SHOW fsync", connection);
            if (await fsync.ExecuteScalarAsync(ct) is not "on")
            {
                PostgresLog.FsyncOff(logger, address.Description);
            }
        }
        catch (Exception e) when (Failures.IsOfStore(e))
        {
            throw Failures.Unavailable($"Opening the {address.Description} failed", e, nothingWritten: true);
        }

        PostgresLog.Opened(logger, address.Description, PostgresSchema.Migrations.Count);
    }
}
