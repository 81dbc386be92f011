using System.Globalization;
using Npgsql;

namespace Commission.Storage.Postgres;

/// <summary>
/// Reads of the deal log and the ledger. Each record is checked, and that none is missing: readers go from number to
/// number, and number n + 1 is written only by who has seen n committed, so what is seen has no gaps that fill later.
/// </summary>
internal static class PostgresJournalReads
{
    private const string LogHead =
        "SELECT number FROM commission.deal_log WHERE shard = $1 ORDER BY number DESC LIMIT 1";

    private const string LogPage = """
        SELECT number, tenant, event_id, recorded_ms, checksum, payload FROM commission.deal_log
        WHERE shard = $1 AND number > $2 ORDER BY number LIMIT $3
        """;

    private const string LedgerPage = """
        SELECT sequence, checksum, payload FROM commission.ledger
        WHERE account = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
        """;

    private const string LedgerLast = """
        SELECT sequence, checksum, payload FROM commission.ledger
        WHERE account = $1 ORDER BY sequence DESC LIMIT 1
        """;

    private const string LedgerLasts = """
        SELECT l.sequence, l.checksum, l.payload, k.place FROM unnest($1) WITH ORDINALITY AS k(account, place)
        CROSS JOIN LATERAL (
          SELECT sequence, checksum, payload FROM commission.ledger
          WHERE account = k.account ORDER BY sequence DESC LIMIT 1) l
        """;

    public static Task<long> HeadAsync(PostgresReaders readers, int shard, CancellationToken ct) =>
        readers.ReadAsync(
            () => new NpgsqlCommand(LogHead).With(shard),
            async (rows, cancellation) => await rows.ReadAsync(cancellation) ? rows.GetInt64(0) : 0,
            ct);

    public static Task<IReadOnlyList<LogRecord>> LogAsync(
        PostgresReaders readers, int shard, long after, int maxCount, CancellationToken ct) =>
        readers.ReadAsync<IReadOnlyList<LogRecord>>(
            () => new NpgsqlCommand(LogPage).With(shard).With(after).With(maxCount),
            async (rows, cancellation) =>
            {
                var records = new List<LogRecord>();
                while (await rows.ReadAsync(cancellation))
                {
                    records.Add(ReadLogRecord(rows, shard, after + records.Count + 1));
                }

                return records;
            },
            ct);

    public static Task<IReadOnlyList<LedgerRecord>> LedgerAsync(
        PostgresReaders readers, string account, long after, int maxCount, CancellationToken ct) =>
        readers.ReadAsync<IReadOnlyList<LedgerRecord>>(
            () => new NpgsqlCommand(LedgerPage).With(account).With(after).With(maxCount),
            async (rows, cancellation) =>
            {
                var records = new List<LedgerRecord>();
                while (await rows.ReadAsync(cancellation))
                {
                    records.Add(ReadLedgerRecord(rows, account, after + records.Count + 1));
                }

                return records;
            },
            ct);

    public static Task<LedgerRecord?> LedgerEndAsync(PostgresReaders readers, string account, CancellationToken ct) =>
        readers.ReadAsync<LedgerRecord?>(
            () => new NpgsqlCommand(LedgerLast).With(account),
            async (rows, cancellation) =>
                await rows.ReadAsync(cancellation) ? ReadLedgerRecord(rows, account, rows.GetInt64(0)) : null,
            ct);

    public static Task<IReadOnlyList<LedgerRecord?>> LedgerEndsAsync(
        PostgresReaders readers, IReadOnlyList<string> accounts, CancellationToken ct) =>
        readers.ReadAsync<IReadOnlyList<LedgerRecord?>>(
            () => new NpgsqlCommand(LedgerLasts).With(accounts.ToArray()),
            async (rows, cancellation) =>
            {
                var records = new LedgerRecord?[accounts.Count];
                while (await rows.ReadAsync(cancellation))
                {
                    var place = checked((int)rows.GetInt64(3)) - 1;
                    records[place] = ReadLedgerRecord(rows, accounts[place], rows.GetInt64(0));
                }

                return records;
            },
            ct);

    private static LogRecord ReadLogRecord(NpgsqlDataReader row, int shard, long expectedNumber)
    {
        var number = row.GetInt64(0);
        var place = string.Create(CultureInfo.InvariantCulture, $"shard {shard}");
        Integrity.CheckNext("deal_log", place, number, expectedNumber);
        var (tenant, eventId, recordedMs) = (row.GetString(1), row.GetString(2), row.GetInt64(3));
        var payload = row.GetFieldValue<byte[]>(5);
        var checksum = Checksums.OfLog(shard, number, tenant, eventId, recordedMs, payload);
        Integrity.Check("deal_log", place, number, row.GetInt32(4), checksum);
        var recordedAt = DateTimeOffset.FromUnixTimeMilliseconds(recordedMs);
        return new LogRecord(shard, number, tenant, eventId, payload, recordedAt);
    }

    private static LedgerRecord ReadLedgerRecord(NpgsqlDataReader row, string account, long expectedSequence)
    {
        var record = new LedgerRecord(account, row.GetInt64(0), row.GetFieldValue<byte[]>(2));
        var place = $"account {account}";
        Integrity.CheckNext("ledger", place, record.Sequence, expectedSequence);
        var checksum = Checksums.OfLedger(account, record.Sequence, record.Payload.Span);
        Integrity.Check("ledger", place, record.Sequence, row.GetInt32(1), checksum);
        return record;
    }
}
