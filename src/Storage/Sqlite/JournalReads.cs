using System.Globalization;

namespace Commission.Storage.Sqlite;

/// <summary>Reads of the deal log and the ledger. Each record is checked, and that none is missing.</summary>
internal static class JournalReads
{
    private const string LogPage = """
        SELECT l.position, t.name, l.event_id, l.recorded_ms, l.checksum, l.payload
        FROM deal_log l LEFT JOIN tenants t ON t.id = l.tenant
        WHERE l.position > ? AND l.position <= ? ORDER BY l.position LIMIT ?
        """;

    private const string AccountId = "SELECT id FROM accounts WHERE name = ?";

    private const string LedgerPage = """
        SELECT position, checksum, payload FROM ledger
        WHERE position > ? AND position <= ? ORDER BY position LIMIT ?
        """;

    private const string LedgerLast =
        "SELECT position, checksum, payload FROM ledger WHERE position <= ? ORDER BY position DESC LIMIT 1";

    public static long Head(PreparedConnection reader, int shard) =>
        Sql.LastNumber(reader.Prepare(Sql.LogHead), PackedKey.Wide, shard);

    public static IReadOnlyList<LogRecord> Log(PreparedConnection reader, int shard, long after, int maxCount)
    {
        var keys = PackedKey.Wide;
        var place = string.Create(CultureInfo.InvariantCulture, $"shard {shard}");
        var page = reader.Prepare(LogPage);
        var records = new List<LogRecord>();
        page.Bind(keys.After(shard, after)).Bind(keys.Last(shard)).Bind(maxCount);
        while (page.Step())
        {
            records.Add(ReadLogRecord(page, shard, place, after + records.Count + 1));
        }

        return records;
    }

    public static IReadOnlyList<LedgerRecord> Ledger(
        PreparedConnection reader, string account, long after, int maxCount)
    {
        if (FindAccount(reader, account) is not { } id)
        {
            return [];
        }

        var keys = PackedKey.Narrow;
        var place = PlaceOf(account);
        var page = reader.Prepare(LedgerPage);
        var records = new List<LedgerRecord>();
        page.Bind(keys.After(id, after)).Bind(keys.Last(id)).Bind(maxCount);
        while (page.Step())
        {
            records.Add(ReadLedgerRecord(page, account, place, after + records.Count + 1));
        }

        return records;
    }

    public static LedgerRecord? LedgerEnd(PreparedConnection reader, string account)
    {
        if (FindAccount(reader, account) is not { } id)
        {
            return null;
        }

        var last = reader.Prepare(LedgerLast);
        var exists = last.Bind(PackedKey.Narrow.Last(id)).Step() && PackedKey.Narrow.Owner(last.Int64(0)) == id;
        var number = exists ? PackedKey.Narrow.Number(last.Int64(0)) : 0;
        var record = exists ? ReadLedgerRecord(last, account, PlaceOf(account), number) : null;
        last.Reset();
        return record;
    }

    public static IReadOnlyList<LedgerRecord?> LedgerEnds(PreparedConnection reader, IReadOnlyList<string> accounts)
    {
        var records = new LedgerRecord?[accounts.Count];
        for (var i = 0; i < records.Length; i++)
        {
            records[i] = LedgerEnd(reader, accounts[i]);
        }

        return records;
    }

    private static long? FindAccount(PreparedConnection reader, string account)
    {
        var find = reader.Prepare(AccountId);
        long? id = find.Bind(account).Step() ? find.Int64(0) : null;

        // The account's records are read in a later snapshot, which has at least those of this one.
        find.Reset();
        return id;
    }

    private static string PlaceOf(string account) => $"account {account}";

    private static LogRecord ReadLogRecord(Statement row, int shard, string place, long expectedNumber)
    {
        var number = PackedKey.Wide.Number(row.Int64(0));
        Integrity.CheckNext("deal_log", place, number, expectedNumber);
        var tenant = row.IsNull(1) ? "" : row.Text(1);
        var eventId = row.Text(2);
        var recordedMs = row.Int64(3);
        var checksum = Checksums.OfLog(shard, number, tenant, eventId, recordedMs, row.Blob(5));
        Integrity.Check("deal_log", place, number, row.Int64(4), checksum);
        var recordedAt = DateTimeOffset.FromUnixTimeMilliseconds(recordedMs);
        return new LogRecord(shard, number, tenant, eventId, row.Blob(5).ToArray(), recordedAt);
    }

    private static LedgerRecord ReadLedgerRecord(Statement row, string account, string place, long expectedSequence)
    {
        var record = new LedgerRecord(account, PackedKey.Narrow.Number(row.Int64(0)), row.Blob(2).ToArray());
        Integrity.CheckNext("ledger", place, record.Sequence, expectedSequence);
        var checksum = Checksums.OfLedger(account, record.Sequence, record.Payload.Span);
        Integrity.Check("ledger", place, record.Sequence, row.Int64(1), checksum);
        return record;
    }
}
