using System.Collections.Concurrent;
using Commission.Storage;

namespace Commission.Grains.Tests.Harness;

/// <summary>A store in memory whose records can be damaged, and repaired: reading one tells its place.</summary>
internal sealed class DamagedStore(MemoryStore inner) : IDealLog, ILedger, IGrainStateStore
{
    private readonly ConcurrentDictionary<(string Table, string Key, long Number), bool> _bad = new();

    public static (Stores Stores, DamagedStore Damage) Create()
    {
        var memory = new MemoryStore();
        var damaged = new DamagedStore(memory);
        return (new Stores(damaged, damaged, memory, damaged), damaged);
    }

    public void DamageLog(int shard, long number) => _bad[("deal_log", $"shard {shard}", number)] = true;

    public void DamageAccount(string account, long number) => _bad[("ledger", $"account {account}", number)] = true;

    public void DamageState(string name, string key) => _bad[("grain_state", $"state {name}/{key}", 0)] = true;

    public void RepairAll() => _bad.Clear();

    public Task<LogAppendResult> AppendAsync(
        int shard, long expectedHead, IReadOnlyList<LogEntry> entries, CancellationToken ct) =>
        inner.AppendAsync(shard, expectedHead, entries, ct);

    public Task<long> ReadHeadAsync(int shard, CancellationToken ct) => inner.ReadHeadAsync(shard, ct);

    public async Task<IReadOnlyList<LogRecord>> ReadAsync(
        int shard, long afterNumber, int maxCount, CancellationToken ct)
    {
        var page = await inner.ReadAsync(shard, afterNumber, maxCount, ct);
        Check("deal_log", $"shard {shard}", page.Select(record => record.Number));
        return page;
    }

    public Task<LedgerAppendResult> AppendAsync(
        string account, long expectedSequence, IReadOnlyList<ReadOnlyMemory<byte>> payloads, CancellationToken ct) =>
        inner.AppendAsync(account, expectedSequence, payloads, ct);

    public async Task<IReadOnlyList<LedgerRecord>> ReadAsync(
        string account, long afterSequence, int maxCount, CancellationToken ct)
    {
        var page = await inner.ReadAsync(account, afterSequence, maxCount, ct);
        Check("ledger", $"account {account}", page.Select(record => record.Sequence));
        return page;
    }

    public async Task<LedgerRecord?> ReadLastAsync(string account, CancellationToken ct)
    {
        var last = await inner.ReadLastAsync(account, ct);
        Check("ledger", $"account {account}", last is null ? [] : [last.Sequence]);
        return last;
    }

    public Task<GrainStateRecord?> ReadStateAsync(string name, string key, CancellationToken ct)
    {
        Check("grain_state", $"state {name}/{key}", [0]);
        return inner.ReadStateAsync(name, key, ct);
    }

    public Task<StateWriteResult> WriteStateAsync(
        string name, string key, string? etag, ReadOnlyMemory<byte> state, CancellationToken ct) =>
        inner.WriteStateAsync(name, key, etag, state, ct);

    public Task<StateWriteResult> ClearStateAsync(string name, string key, string? etag, CancellationToken ct) =>
        inner.ClearStateAsync(name, key, etag, ct);

    private void Check(string table, string key, IEnumerable<long> numbers)
    {
        foreach (var number in numbers.Where(number => _bad.ContainsKey((table, key, number))))
        {
            throw new CorruptRecordException(table, key, number, "the record does not match its checksum");
        }
    }
}
