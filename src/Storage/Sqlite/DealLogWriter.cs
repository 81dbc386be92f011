namespace Commission.Storage.Sqlite;

/// <summary>Appends to the deal log.</summary>
internal sealed class DealLogWriter(PreparedConnection connection, TenantIds tenants)
{
    /// <summary>How much of the content's hash is kept: no two events meet in 128 bits by chance.</summary>
    private const int HashBytesKept = 16;

    private readonly Statement _head = connection.Prepare(Sql.LogHead);
    private readonly Statement _insert = connection.Prepare("INSERT INTO deal_log VALUES(?, ?, ?, ?, ?, ?)");
    private readonly Statement _claim = connection.Prepare(
        "INSERT INTO event_ids VALUES(?, ?, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _first = connection.Prepare(
        "SELECT position, content_hash FROM event_ids WHERE tenant = ? AND event_id = ?");

    private readonly Dictionary<int, long> _heads = [];

    public LogAppendResult Append(int shard, long expectedHead, IReadOnlyList<LogEntry> entries)
    {
        var head = Head(shard);
        if (head != expectedHead)
        {
            return new LogAppendResult.Fenced(head);
        }

        var results = new LogEntryResult[entries.Count];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Append(shard, head + 1, entries[i]);
            head += results[i].Outcome == LogOutcome.Appended ? 1 : 0;
        }

        _heads[shard] = head;
        return new LogAppendResult.Accepted(head, results);
    }

    public void Forget() => _heads.Clear();

    private long Head(int shard)
    {
        if (!_heads.TryGetValue(shard, out var head))
        {
            head = Sql.LastNumber(_head, PackedKey.Wide, shard);
            _heads.Add(shard, head);
        }

        return head;
    }

    private LogEntryResult Append(int shard, long number, LogEntry entry)
    {
        var tenant = tenants.GetOrAdd(entry.Tenant);
        var position = PackedKey.Wide.Pack(shard, number);
        var hash = entry.ContentHash.Span[..HashBytesKept];
        if (_claim.Bind(tenant).Bind(entry.EventId).Bind(position).Bind(hash).RunCounting() == 0)
        {
            return CompareWithFirst(tenant, entry.EventId, hash);
        }

        var recordedMs = entry.RecordedAt.ToUnixTimeMilliseconds();
        var payload = entry.Payload.Span;
        var checksum = Checksums.OfLog(shard, number, entry.Tenant, entry.EventId, recordedMs, payload);
        _insert.Bind(position).Bind(tenant).Bind(entry.EventId).Bind(recordedMs).Bind(checksum).Bind(payload).Run();
        return new(LogOutcome.Appended, new(shard, number));
    }

    private LogEntryResult CompareWithFirst(long tenant, string eventId, ReadOnlySpan<byte> hash)
    {
        if (!_first.Bind(tenant).Bind(eventId).Step())
        {
            throw new InvalidOperationException($"The event id {eventId} was refused and is not there.");
        }

        var position = _first.Int64(0);
        var outcome = _first.Blob(1).SequenceEqual(hash) ? LogOutcome.Duplicate : LogOutcome.Conflict;
        _first.Reset();
        return new(outcome, new((int)PackedKey.Wide.Owner(position), PackedKey.Wide.Number(position)));
    }
}
