namespace Commission.Storage;

/// <summary>
/// A store in memory, for tests: it answers as the others do, and forgets everything with the object.
/// Safe for concurrent use; every call completes synchronously.
/// </summary>
public sealed partial class MemoryStore : IDealLog, ILedger, IGrainStateStore, ICatalog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, List<LogRecord>> _log = [];
    private readonly Dictionary<(string Tenant, string EventId), (LogPosition Position, byte[] Hash)> _events = [];
    private readonly Dictionary<string, List<LedgerRecord>> _accounts = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;

    /// <summary>Creates an empty store.</summary>
    /// <param name="time">The clock for the times that the store itself records; null: the system's.</param>
    public MemoryStore(TimeProvider? time = null) => _time = time ?? TimeProvider.System;

    /// <inheritdoc/>
    public Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        StorageLimits.CheckEntries(entries);
        return Answer(() => AppendToLog(shard, expectedHead, entries), ct);
    }

    /// <inheritdoc/>
    public Task<long> ReadHeadAsync(int shard, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        return Answer(() => (long)(_log.GetValueOrDefault(shard)?.Count ?? 0), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogRecord>> ReadAsync(int shard, long afterNumber, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckShard(shard);
        StorageLimits.CheckPage(afterNumber, maxCount);
        return Answer<IReadOnlyList<LogRecord>>(() => Page(_log.GetValueOrDefault(shard), afterNumber, maxCount), ct);
    }

    /// <inheritdoc/>
    public Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        StorageLimits.CheckPayloads(payloads);
        return Answer(() => AppendToAccount(account, expectedSequence, payloads), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        StorageLimits.CheckPage(afterSequence, maxCount);
        return Answer<IReadOnlyList<LedgerRecord>>(
            () => Page(_accounts.GetValueOrDefault(account), afterSequence, maxCount), ct);
    }

    /// <inheritdoc/>
    public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct)
    {
        StorageLimits.CheckKey(account, nameof(account));
        return Answer(() => _accounts.GetValueOrDefault(account)?[^1], ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerRecord?>> ReadLastAsync(IReadOnlyList<string> accounts, CancellationToken ct)
    {
        StorageLimits.CheckAccounts(accounts);
        return Answer<IReadOnlyList<LedgerRecord?>>(
            () => [.. accounts.Select(account => _accounts.GetValueOrDefault(account)?[^1])], ct);
    }

    private LogAppendResult AppendToLog(int shard, long expectedHead, IReadOnlyList<LogEntry> entries)
    {
        var head = _log.GetValueOrDefault(shard)?.Count ?? 0;
        if (head != expectedHead)
        {
            return new LogAppendResult.Fenced(head);
        }

        var results = new LogEntryResult[entries.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = AppendToLog(shard, entries[i]);
        }

        return new LogAppendResult.Accepted(_log.GetValueOrDefault(shard)?.Count ?? 0, results);
    }

    private LogEntryResult AppendToLog(int shard, LogEntry entry)
    {
        if (_events.TryGetValue((entry.Tenant, entry.EventId), out var first))
        {
            var same = entry.ContentHash.Span.SequenceEqual(first.Hash);
            return new(same ? LogOutcome.Duplicate : LogOutcome.Conflict, first.Position);
        }

        var records = GetOrAdd(_log, shard);
        var position = new LogPosition(shard, records.Count + 1);
        _events.Add((entry.Tenant, entry.EventId), (position, entry.ContentHash.ToArray()));
        records.Add(new(
            shard,
            position.Number,
            entry.Tenant,
            entry.EventId,
            entry.Payload.ToArray(),
            StorageLimits.ToMilliseconds(entry.RecordedAt)));
        return new(LogOutcome.Appended, position);
    }

    private LedgerAppendResult AppendToAccount(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads)
    {
        var last = _accounts.GetValueOrDefault(account)?.Count ?? 0;
        if (last != expectedSequence)
        {
            return new LedgerAppendResult.Fenced(last);
        }

        if (payloads.Count > 0)
        {
            var records = GetOrAdd(_accounts, account);
            records.AddRange(payloads.Select((p, i) => new LedgerRecord(account, last + 1 + i, p.ToArray())));
        }

        return new LedgerAppendResult.Appended(last + payloads.Count);
    }

    private static List<T> Page<T>(List<T>? all, long after, int maxCount) =>
        all is null || after >= all.Count ? [] : all.GetRange((int)after, (int)Math.Min(maxCount, all.Count - after));

    private static List<T> GetOrAdd<TKey, T>(Dictionary<TKey, List<T>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists.Add(key, list = []);
        }

        return list;
    }

    private Task<T> Answer<T>(Func<T> work, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(ct);
        }

        lock (_lock)
        {
            return Task.FromResult(work());
        }
    }
}
