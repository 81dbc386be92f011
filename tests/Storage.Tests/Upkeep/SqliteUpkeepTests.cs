using Commission.Storage.Sqlite;

namespace Commission.Storage.Tests.Upkeep;

/// <summary>A file: its damage, and what only files have.</summary>
public sealed class SqliteUpkeepTests : UpkeepTests
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const string Mismatch = "the record does not match its checksum";

    [Theory]
    [InlineData("UPDATE deal_log SET payload = CAST('x' AS BLOB) WHERE position = 7 << 43 | 2",
        "deal_log, shard 7, number 2: " + Mismatch)]
    [InlineData("UPDATE deal_log SET recorded_ms = recorded_ms + 1 WHERE position = 7 << 43 | 2",
        "deal_log, shard 7, number 2: " + Mismatch)]
    [InlineData("DELETE FROM deal_log WHERE position IN (7 << 43 | 1, 7 << 43 | 2)",
        "deal_log, shard 7, number 1: the records up to number 2 are missing",
        "event_ids, shard 7, number 1: the event id acme/e1 names this number, where there is no record",
        "event_ids, shard 7, number 2: the event id acme/e2 names this number, where there is no record")]
    [InlineData("DELETE FROM deal_log WHERE position = 7 << 43 | 3",
        "event_ids, shard 7, number 3: the event id acme/e3 names this number, where there is no record")]
    [InlineData("DELETE FROM event_ids WHERE event_id = 'e2'",
        "event_ids, shard 7, number 2: the record's event id acme/e2 is missing")]
    [InlineData("UPDATE event_ids SET position = 7 << 43 | 3 WHERE event_id = 'e2'",
        "event_ids, shard 7, number 2: the record's event id acme/e2 belongs to shard 7, number 3",
        "event_ids, shard 7, number 3: the event id acme/e2 names this number, where another event is recorded")]
    [InlineData("UPDATE event_ids SET content_hash = x'00' WHERE event_id = 'e2'",
        "event_ids, shard 7, number 2: the event id acme/e2 has no content hash of 16 bytes")]
    [InlineData("UPDATE ledger SET payload = CAST('x' AS BLOB) WHERE position & 4294967295 = 4",
        "ledger, account rep/bob, number 4: " + Mismatch)]
    [InlineData("DELETE FROM ledger WHERE id = 2",
        "ledger, account rep/bob, number 2: the record is missing",
        "ledger, number 2: rows 2 to 2 of the table, in the order of arrival, are missing")]
    [InlineData("DELETE FROM ledger WHERE id = 6",
        "ledger, number 6: rows 6 to 6 of the table, in the order of arrival, are missing")]
    [InlineData("DELETE FROM ledger WHERE id = 7",
        "accounts, account rep/Ärzte: the account has no records",
        "ledger, number 7: rows 7 to 7 of the table, in the order of arrival, are missing")]
    [InlineData("DELETE FROM accounts WHERE name = 'rep/Ärzte'",
        "ledger, account with id 3, number 1: the account of the record is missing")]
    [InlineData("UPDATE accounts SET name = 'rep/Erzte' WHERE name = 'rep/Ärzte'",
        "ledger, account rep/Erzte, number 1: " + Mismatch)]
    [InlineData("UPDATE grain_state SET state = CAST('x' AS BLOB) WHERE key = 'b'",
        "grain_state, state cursor/b, number 1: " + Mismatch)]
    [InlineData("UPDATE grain_state SET state = NULL WHERE key = 'b'",
        "grain_state, state cursor/b, number 1: " + Mismatch)]
    [InlineData("UPDATE catalog SET document = CAST('x' AS BLOB) WHERE id = 'ann' AND version = 2",
        "catalog, document acme/rep/ann, number 2: " + Mismatch)]
    [InlineData("DELETE FROM catalog WHERE id = 'p'",
        "catalog, tenant acme, number 2: the record is missing",
        "catalog_latest, document acme/plan/p: the list names the document, and there is no version")]
    [InlineData("DELETE FROM catalog WHERE id = 'ann' AND version = 1 AND position & 7 = 1 AND document = x'6131'",
        "catalog, tenant acme, number 1: the record is missing",
        "catalog, document acme/rep/ann, number 1: the record is missing")]
    [InlineData("DELETE FROM catalog WHERE id = 'bob'",
        "catalog_latest, document acme/rep/bob: the list names the document, and there is no version")]
    [InlineData("DELETE FROM catalog_latest WHERE id = 'bob'",
        "catalog_latest, document acme/rep/bob, number 1: "
        + "the latest version is number 4 of its tenant, and the list names none")]
    [InlineData("UPDATE catalog_latest SET position = position - 2 WHERE id = 'ann' AND position & 7 = 3",
        "catalog_latest, document acme/rep/ann, number 2: "
        + "the latest version is number 3 of its tenant, and the list names number 1 of its tenant")]
    public Task Check_DamagedRow_IsReportedWithItsPlace(string damage, params string[] expected) =>
        ExpectAsync(damage, expected);

    [Fact]
    public async Task Check_PagesOverwritten_ReportsDamageAndReadsTheOtherTables()
    {
        await Target.FillAsync(Ct);
        await using (var file = new FileStream(Target.Address, FileMode.Open, FileAccess.Write))
        {
            var page = ((SqliteTarget)Target).Scalar("SELECT rootpage FROM sqlite_schema WHERE name = 'grain_state'");
            file.Position = 4096 * ((long)page! - 1);
            file.Write(new byte[4096]);
        }

        await Target.ExecuteAsync("UPDATE deal_log SET recorded_ms = 0 WHERE position = 7 << 43 | 2");
        var problems = await ProblemsAsync();

        Assert.Contains(problems, problem => problem.StartsWith("grain_state: it cannot be read any further", Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("database: ", Ordinal));
        Assert.Contains("deal_log, shard 7, number 2: " + Mismatch, problems);
    }

    [Fact]
    public async Task BrokenPages_OfASoundStore_CanBeAbandonedBetweenTwoRows()
    {
        await Target.FillAsync(Ct);
        await Target.ExecuteAsync("""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
            INSERT INTO grain_state(name, key, version, checksum, state) SELECT 'many', i, 1, 0, x'00' FROM n
            """);
        using var snapshot = new SqliteSnapshot(StoreFile.OpenSnapshot(Target.Address));
        using var cancelled = new CancellationTokenSource();
        Assert.Empty(snapshot.BrokenPages(cancelled.Token));

        await cancelled.CancelAsync();

        // Nothing is wrong, so that the first row comes after all was looked at.
        Assert.Throws<OperationCanceledException>(() => snapshot.BrokenPages(cancelled.Token).ToList());
        Assert.Empty(snapshot.BrokenPages(CancellationToken.None));
    }

    [Fact]
    public async Task Check_NoFile_MakesNone()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => ProblemsAsync());

        Assert.False(File.Exists(Target.Address));
    }

    [Fact]
    public async Task Import_FileThatASiloHasOpen_IsRefused()
    {
        var (_, store) = await Target.OpenAsync();
        await using var closing = store;
        await using var source = new SqliteTarget();
        await source.FillAsync(Ct);
        var file = source.Address + ".export";
        await StoreUpkeep.ExportAsync(source.Address, file, _ => { }, Ct);

        await Assert.ThrowsAsync<StoreInUseException>(() => StoreUpkeep.ImportAsync(Target.Address, file, Ct));
    }

    protected override Task<UpkeepTarget> MakeAsync() => Task.FromResult<UpkeepTarget>(new SqliteTarget());

    protected override Task<UpkeepTarget> MakeOtherAsync() => PostgresTarget.BorrowAsync();
}
