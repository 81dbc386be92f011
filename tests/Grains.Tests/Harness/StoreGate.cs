using Commission.Storage;

namespace Commission.Grains.Tests.Harness;

/// <summary>
/// A process's way to a store. Every call leaves the caller's thread, as with a disk; writes can fail, and the process
/// can lose the store at any one of them, before or after it took effect: to the store that is a crash.
/// </summary>
internal sealed class StoreGate(Stores inner) : IDealLog, ILedger, ICatalog, IGrainStateStore
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _written = NewSignal();
    private readonly TaskCompletionSource _dead = NewSignal();
    private long _writes;
    private long _deadAt = long.MaxValue;
    private bool _lastWriteLands;
    private readonly TaskCompletionSource _quiet = NewSignal();
    private int _writing;
    private bool _isDead;

    /// <summary>Completes when the process has crashed.</summary>
    public Task Dead => _dead.Task;

    /// <summary>Completes when the process has crashed and the last of its writes has ended.</summary>
    public Task Quiet => _quiet.Task;

    /// <summary>Called before each write with its number, from 1; may throw.</summary>
    public Action<long>? Fault { get; set; }

    /// <summary>The process crashes when it has appended to this account.</summary>
    public string? CrashAfterAppendTo { get; set; }

    /// <summary>What a read of an account waits for; null: for nothing.</summary>
    public Func<string, Task>? HoldAccount { get; set; }

    /// <summary>Told of every page of the log that is read: the shard, behind which number, at most how many.</summary>
    public Action<int, long, int>? LogRead { get; set; }

    /// <summary>Called before the ends of accounts are read, with all that are asked for together; may throw.</summary>
    public Action<IReadOnlyList<string>>? LastRead { get; set; }

    /// <summary>Called before each write of a grain's state with its name; may throw.</summary>
    public Action<string>? StateFault { get; set; }

    /// <summary>Told how many events were appended to the log, before the caller knows.</summary>
    public Action<int>? Logged { get; set; }

    /// <summary>
    /// Told of every append to an account, before the caller knows: the account, and how many records.
    /// </summary>
    public Action<string, int>? Appended { get; set; }

    /// <summary>What an append to an account waits for; null: for nothing.</summary>
    public Func<string, Task>? HoldAppend { get; set; }

    public long Writes => Interlocked.Read(ref _writes);

    /// <summary>Completes at the next write; take it before looking at the store.</summary>
    public Task NextWrite
    {
        get
        {
            lock (_lock)
            {
                return _written.Task;
            }
        }
    }

    /// <summary>The process crashes at this write from now.</summary>
    public void CrashAfter(long writes, bool lastWriteLands) =>
        (_deadAt, _lastWriteLands) = (Writes + writes, lastWriteLands);

    /// <summary>The process crashes now.</summary>
    public void Crash()
    {
        lock (_lock)
        {
            _isDead = true;
            EndWhenQuiet();
        }

        _dead.TrySetResult();
    }

    public Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct) =>
        WriteAsync(async () =>
        {
            var result = await inner.Log.AppendAsync(shard, expectedHead, entries, ct).ConfigureAwait(false);
            Logged?.Invoke(entries.Count);
            return result;
        });

    public Task<long> ReadHeadAsync(int shard, CancellationToken ct) =>
        ReadAsync(() => inner.Log.ReadHeadAsync(shard, ct));

    public Task<IReadOnlyList<LogRecord>> ReadAsync(int shard, long afterNumber, int maxCount, CancellationToken ct)
    {
        LogRead?.Invoke(shard, afterNumber, maxCount);
        return ReadAsync(() => inner.Log.ReadAsync(shard, afterNumber, maxCount, ct));
    }

    public Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct) =>
        WriteAsync(async () =>
        {
            await (HoldAppend?.Invoke(account) ?? Task.CompletedTask).ConfigureAwait(false);
            var result = await inner.Ledger.AppendAsync(account, expectedSequence, payloads, ct).ConfigureAwait(false);
            Appended?.Invoke(account, payloads.Count);
            if (account == CrashAfterAppendTo)
            {
                Crash();
            }

            return result;
        });

    public async Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct)
    {
        await (HoldAccount?.Invoke(account) ?? Task.CompletedTask);
        return await ReadAsync(() => inner.Ledger.ReadAsync(account, afterSequence, maxCount, ct));
    }

    public Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct)
    {
        LastRead?.Invoke([account]);
        return ReadAsync(() => inner.Ledger.ReadLastAsync(account, ct));
    }

    public Task<IReadOnlyList<LedgerRecord?>> ReadLastAsync(IReadOnlyList<string> accounts, CancellationToken ct)
    {
        LastRead?.Invoke(accounts);
        return ReadAsync(() => inner.Ledger.ReadLastAsync(accounts, ct));
    }

    public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct) =>
        ReadAsync(() => inner.States.ReadStateAsync(name, key, ct));

    public Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct) =>
        WriteAsync(() =>
        {
            StateFault?.Invoke(name);
            return inner.States.WriteStateAsync(name, key, etag, state, ct);
        });

    public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct) =>
        WriteAsync(() => inner.States.ClearStateAsync(name, key, etag, ct));

    public Task<CatalogPutResult> PutAsync(string tenant, string kind, string id, long? expectedVersion,
        ReadOnlyMemory<byte> document, CancellationToken ct) =>
        WriteAsync(() => inner.Catalog.PutAsync(tenant, kind, id, expectedVersion, document, ct));

    public Task<IReadOnlyList<CatalogPutResult>> PutAllAsync(
        string tenant, IReadOnlyList<CatalogDraft> drafts, CancellationToken ct) =>
        WriteAsync(() => inner.Catalog.PutAllAsync(tenant, drafts, ct));

    public Task<CatalogEntry?> GetAsync(string tenant, string kind, string id, long? version, CancellationToken ct) =>
        ReadAsync(() => inner.Catalog.GetAsync(tenant, kind, id, version, ct));

    public Task<IReadOnlyList<CatalogEntry>> ListAsync(
        string tenant, string kind, string? afterId, int maxCount, CancellationToken ct) =>
        ReadAsync(() => inner.Catalog.ListAsync(tenant, kind, afterId, maxCount, ct));

    public Task<IReadOnlyList<CatalogEntry>> ChangesAsync(
        string tenant, long afterSequence, int maxCount, CancellationToken ct) =>
        ReadAsync(() => inner.Catalog.ChangesAsync(tenant, afterSequence, maxCount, ct));

    public Task<IReadOnlyList<CatalogEntry>> VersionsAsync(
        string tenant, string kind, string id, CancellationToken ct) =>
        ReadAsync(() => inner.Catalog.VersionsAsync(tenant, kind, id, ct));

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        await Task.Yield();
        // Off the grain's turns, as a write: a reader that was killed would never be given back.
        return _isDead ? await NeverAsync<T>() : await Task.Run(read).ConfigureAwait(false);
    }

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        await Task.Yield();
        var number = Interlocked.Increment(ref _writes);
        if (number > _deadAt || (number == _deadAt && !_lastWriteLands))
        {
            Crash();
        }

        return await TryWriteAsync(number, write) is { Landed: true, Result: { } result }
            ? result
            : await NeverAsync<T>();
    }

    private async Task<(bool Landed, T? Result)> TryWriteAsync<T>(long number, Func<Task<T>> write)
    {
        if (!Begin())
        {
            return default;
        }

        try
        {
            Fault?.Invoke(number);
            // A store that takes its time must be able to end a write whose grain's turns were killed meanwhile: no
            // step of it may belong to the grain.
            var result = await Task.Run(write).ConfigureAwait(false);
            TellWritten();
            if (number == _deadAt)
            {
                Crash();
            }

            return (!_isDead, result);
        }
        finally
        {
            End();
        }
    }

    private bool Begin()
    {
        lock (_lock)
        {
            _writing += _isDead ? 0 : 1;
            return !_isDead;
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _writing--;
            EndWhenQuiet();
        }
    }

    private void EndWhenQuiet()
    {
        if (_isDead && _writing == 0)
        {
            _quiet.TrySetResult();
        }
    }

    private void TellWritten()
    {
        lock (_lock)
        {
            _written.SetResult();
            _written = NewSignal();
        }
    }

    // A process that is gone gets no answers: whatever waits for one is collected with it.
    private static Task<T> NeverAsync<T>() => new TaskCompletionSource<T>().Task;
}
