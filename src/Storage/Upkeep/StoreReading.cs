using Commission.Storage.Upkeep;

namespace Commission.Storage;

/// <summary>
/// Everything that a store holds, as it was at one moment, its checksums verified. For one thread, one sequence at a
/// time; only while <see cref="StoreUpkeep.ReadAsync"/> runs.
/// </summary>
/// <remarks>
/// Every sequence throws <see cref="CorruptRecordException"/> at a record that does not match its checksum. Whether
/// records are missing is not looked at here: <see cref="StoreUpkeep.CheckAsync"/> does.
/// </remarks>
public sealed class StoreReading
{
    private const string Mismatch = "the record does not match its checksum";
    private readonly IStoreSnapshot _snapshot;

    internal StoreReading(IStoreSnapshot snapshot) => _snapshot = snapshot;

    /// <summary>The deal log, by shard, then number.</summary>
    public IEnumerable<LogRecord> Events()
    {
        foreach (var logged in _snapshot.Events())
        {
            var record = logged.Event;
            var checksum = Checksums.OfLog(
                record.Shard, record.Number, record.Tenant, record.EventId, record.RecordedMs, record.Payload);
            var key = FormattableString.Invariant($"shard {record.Shard}");
            Check(record.Checksum == checksum, "deal_log", key, record.Number);
            yield return new LogRecord(
                record.Shard, record.Number, record.Tenant, record.EventId, record.Payload, At(record.RecordedMs));
        }
    }

    /// <summary>The ledger, by the UTF-8 bytes of the account, then sequence.</summary>
    public IEnumerable<LedgerRecord> Entries()
    {
        foreach (var record in _snapshot.Entries())
        {
            var checksum = Checksums.OfLedger(record.Account, record.Sequence, record.Payload);
            Check(record.Checksum == checksum, "ledger", $"account {record.Account}", record.Sequence);
            yield return new LedgerRecord(record.Account, record.Sequence, record.Payload);
        }
    }

    /// <summary>Grain states that were not cleared, by the UTF-8 bytes of name, then key.</summary>
    public IEnumerable<StateReading> States()
    {
        foreach (var record in _snapshot.States())
        {
            if (record.State is { } state)
            {
                var checksum = Checksums.OfState(record.Name, record.Key, record.Version, state);
                Check(record.Checksum == checksum, "grain_state", $"{record.Name}/{record.Key}", record.Version);
                yield return new StateReading(record.Name, record.Key, state);
            }
        }
    }

    /// <summary>Every version of every document, by the UTF-8 bytes of the tenant, then sequence.</summary>
    public IEnumerable<CatalogEntry> Documents()
    {
        foreach (var record in _snapshot.Documents())
        {
            var entry = new CatalogEntry(
                record.Tenant, record.Kind, record.Id, record.Version, record.Sequence, record.Document, default);
            var key = $"document {record.Tenant}/{record.Kind}/{record.Id}";
            Check(record.Checksum == Checksums.OfDocument(entry, record.RecordedMs), "catalog", key, record.Version);
            yield return entry with { RecordedAt = At(record.RecordedMs) };
        }
    }

    private static DateTimeOffset At(long recordedMs) => DateTimeOffset.FromUnixTimeMilliseconds(recordedMs);

    private static void Check(bool matches, string table, string key, long number)
    {
        if (!matches)
        {
            throw new CorruptRecordException(table, key, number, Mismatch);
        }
    }
}

/// <summary>One grain state.</summary>
/// <param name="Name">Of its kind, such as "shard.cursor".</param>
/// <param name="Key">Of the grain.</param>
/// <param name="State">As it was written.</param>
public sealed record StateReading(string Name, string Key, ReadOnlyMemory<byte> State);
