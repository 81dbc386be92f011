using System.Runtime.InteropServices;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>An append to the deal log, waiting.</summary>
internal sealed class LogAppend(int shard, long expectedHead, IReadOnlyList<LogEntry> entries)
    : PendingWrite<LogAppendResult>(entries.Sum(Size))
{
    public int Shard => shard;

    public long ExpectedHead => expectedHead;

    public LogEntryToAppend[] Entries { get; } = [.. entries.Select(entry => new LogEntryToAppend(entry))];

    private static long Size(LogEntry entry) => entry.Payload.Length + entry.EventId.Length + entry.Tenant.Length;
}

/// <summary>An entry as it is stored. How much of the hash is kept: no two events meet in 128 bits by chance.</summary>
internal sealed class LogEntryToAppend(LogEntry entry)
{
    private const int HashBytesKept = 16;

    public EventKey Key { get; } = new(entry.Tenant, entry.EventId);

    public byte[] Hash { get; } = entry.ContentHash.Span[..HashBytesKept].ToArray();

    public long RecordedMs { get; } = entry.RecordedAt.ToUnixTimeMilliseconds();

    public byte[] Payload { get; } = Payloads.ToArray(entry.Payload);
}

/// <summary>An event's identity: unique for good.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct EventKey(string Tenant, string EventId);

/// <summary>
/// Appends to the deal log. What other processes do meanwhile shows as a violation of a unique key: the insert waits
/// for the other transaction, goes in if that is rolled back, and fails if it is committed. Then the whole batch is
/// decided anew, with the other's records in sight: by (shard, number) the later writer is fenced, by (tenant, event
/// id) it finds the position of the first. All insert in the same order, so that they seldom wait in a circle.
/// </summary>
internal sealed class LogBatch(IReadOnlyList<LogAppend> operations) : IBatch
{
    private const string Heads = """
        SELECT k.shard, l.number FROM unnest($1) AS k(shard) CROSS JOIN LATERAL (
          SELECT number FROM commission.deal_log WHERE shard = k.shard ORDER BY number DESC LIMIT 1) l
        """;

    private const string Known = """
        SELECT e.tenant, e.event_id, e.shard, e.number, e.content_hash
        FROM unnest($1, $2) AS k(tenant, event_id)
        JOIN commission.event_ids e ON e.tenant = k.tenant AND e.event_id = k.event_id
        """;

    private const string InsertIds = """
        INSERT INTO commission.event_ids(tenant, event_id, shard, number, content_hash)
        SELECT * FROM unnest($1, $2, $3, $4, $5)
        """;

    private const string InsertRecords = """
        INSERT INTO commission.deal_log(shard, number, tenant, event_id, recorded_ms, checksum, payload)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7)
        """;

    private readonly Dictionary<int, long> _heads = [];
    private readonly Dictionary<EventKey, First> _known = [];
    private readonly List<Row> _rows = [];

    public void Ask(NpgsqlBatch questions)
    {
        var shards = operations.Select(operation => operation.Shard).Distinct().ToArray();
        var keys = operations.SelectMany(operation => operation.Entries).Select(entry => entry.Key).Distinct().ToList();
        questions.BatchCommands.Add(new NpgsqlBatchCommand(Heads).With(shards));
        questions.BatchCommands.Add(new NpgsqlBatchCommand(Known)
            .With(keys, key => key.Tenant).With(keys, key => key.EventId));
    }

    public void Read(NpgsqlDataReader answers)
    {
        while (answers.Read())
        {
            _heads.Add(answers.GetInt32(0), answers.GetInt64(1));
        }

        answers.NextResult();
        while (answers.Read())
        {
            var key = new EventKey(answers.GetString(0), answers.GetString(1));
            var position = new LogPosition(answers.GetInt32(2), answers.GetInt64(3));
            _known.Add(key, new First(position, answers.GetFieldValue<byte[]>(4)));
        }
    }

    public void Decide()
    {
        foreach (var operation in operations)
        {
            operation.Decide(Decide(operation));
        }
    }

    public void Write(NpgsqlBatch changes)
    {
        var byId = _rows.OrderBy(row => row.Entry.Key.Tenant, StringComparer.Ordinal)
            .ThenBy(row => row.Entry.Key.EventId, StringComparer.Ordinal).ToList();
        foreach (var rows in Commands.Statements(byId, static _ => null))
        {
            changes.BatchCommands.Add(InsertIdsOf(rows));
        }

        var byNumber = _rows.OrderBy(row => row.Shard).ThenBy(row => row.Number).ToList();
        foreach (var rows in Commands.Statements(byNumber, static row => row.Entry.Payload))
        {
            changes.BatchCommands.Add(InsertRecordsOf(rows));
        }
    }

    private LogAppendResult Decide(LogAppend operation)
    {
        var head = _heads.GetValueOrDefault(operation.Shard);
        if (head != operation.ExpectedHead)
        {
            return new LogAppendResult.Fenced(head);
        }

        var results = new LogEntryResult[operation.Entries.Length];
        for (var i = 0; i < results.Length; i++)
        {
            results[i] = Decide(operation.Shard, head + 1, operation.Entries[i]);
            head += results[i].Outcome == LogOutcome.Appended ? 1 : 0;
        }

        _heads[operation.Shard] = head;
        return new LogAppendResult.Accepted(head, results);
    }

    private LogEntryResult Decide(int shard, long number, LogEntryToAppend entry)
    {
        if (_known.TryGetValue(entry.Key, out var first))
        {
            var same = first.Hash.AsSpan().SequenceEqual(entry.Hash);
            return new(same ? LogOutcome.Duplicate : LogOutcome.Conflict, first.Position);
        }

        var position = new LogPosition(shard, number);
        _known.Add(entry.Key, new First(position, entry.Hash));
        _rows.Add(new Row(shard, number, entry));
        return new(LogOutcome.Appended, position);
    }

    private static NpgsqlBatchCommand InsertIdsOf(IReadOnlyList<Row> rows) => new NpgsqlBatchCommand(InsertIds)
        .With(rows, row => row.Entry.Key.Tenant)
        .With(rows, row => row.Entry.Key.EventId)
        .With(rows, row => row.Shard)
        .With(rows, row => row.Number)
        .With(rows, row => row.Entry.Hash);

    private static NpgsqlBatchCommand InsertRecordsOf(IReadOnlyList<Row> rows) => new NpgsqlBatchCommand(InsertRecords)
        .With(rows, row => row.Shard)
        .With(rows, row => row.Number)
        .With(rows, row => row.Entry.Key.Tenant)
        .With(rows, row => row.Entry.Key.EventId)
        .With(rows, row => row.Entry.RecordedMs)
        .With(rows, row => row.Checksum)
        .With(rows, row => row.Entry.Payload);

    private sealed record First(LogPosition Position, byte[] Hash);

    private sealed record Row(int Shard, long Number, LogEntryToAppend Entry)
    {
        public int Checksum { get; } = Checksums.OfLog(
            Shard, Number, Entry.Key.Tenant, Entry.Key.EventId, Entry.RecordedMs, Entry.Payload);
    }
}
