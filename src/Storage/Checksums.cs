namespace Commission.Storage;

/// <summary>What each kind of record's checksum covers: all of its columns. The same in every store.</summary>
internal static class Checksums
{
    public static int OfLog(
        int shard, long number, string tenant, string eventId, long recordedMs, ReadOnlySpan<byte> payload)
    {
        var checksum = RecordChecksum.Start();
        checksum.Add(shard);
        checksum.Add(number);
        checksum.Add(tenant);
        checksum.Add(eventId);
        checksum.Add(recordedMs);
        checksum.Add(payload);
        return checksum.Value;
    }

    public static int OfLedger(string account, long sequence, ReadOnlySpan<byte> payload)
    {
        var checksum = RecordChecksum.Start();
        checksum.Add(account);
        checksum.Add(sequence);
        checksum.Add(payload);
        return checksum.Value;
    }

    public static int OfState(string name, string key, long version, ReadOnlySpan<byte> state)
    {
        var checksum = RecordChecksum.Start();
        checksum.Add(name);
        checksum.Add(key);
        checksum.Add(version);
        checksum.Add(state);
        return checksum.Value;
    }

    /// <summary>The time goes in as it is stored: a damaged one may be no time at all.</summary>
    public static int OfDocument(CatalogEntry entry, long recordedMs)
    {
        var checksum = RecordChecksum.Start();
        checksum.Add(entry.Tenant);
        checksum.Add(entry.Kind);
        checksum.Add(entry.Id);
        checksum.Add(entry.Version);
        checksum.Add(entry.Sequence);
        checksum.Add(recordedMs);
        checksum.Add(entry.Document.Span);
        return checksum.Value;
    }
}
