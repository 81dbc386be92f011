using Commission.Storage.Tests.Postgres;

namespace Commission.Storage.Tests.Upkeep;

/// <summary>A database: its damage.</summary>
public sealed class PostgresUpkeepTests : UpkeepTests
{
    private const string Mismatch = "the record does not match its checksum";

    [Theory]
    [InlineData("UPDATE commission.deal_log SET payload = 'x' WHERE shard = 7 AND number = 2",
        "deal_log, shard 7, number 2: " + Mismatch)]
    [InlineData("UPDATE commission.deal_log SET checksum = 1 - checksum WHERE shard = 7 AND number = 2",
        "deal_log, shard 7, number 2: " + Mismatch)]
    [InlineData("DELETE FROM commission.deal_log WHERE shard = 7 AND number < 3",
        "deal_log, shard 7, number 1: the records up to number 2 are missing",
        "event_ids, shard 7, number 1: the event id acme/e1 names this number, where there is no record",
        "event_ids, shard 7, number 2: the event id acme/e2 names this number, where there is no record")]
    [InlineData("DELETE FROM commission.deal_log WHERE shard = 7 AND number = 3",
        "event_ids, shard 7, number 3: the event id acme/e3 names this number, where there is no record")]
    [InlineData("DELETE FROM commission.event_ids WHERE event_id = 'e2'",
        "event_ids, shard 7, number 2: the record's event id acme/e2 is missing")]
    [InlineData("UPDATE commission.event_ids SET number = 3 WHERE event_id = 'e2'",
        "event_ids, shard 7, number 2: the record's event id acme/e2 belongs to shard 7, number 3",
        "event_ids, shard 7, number 3: the event id acme/e2 names this number, where another event is recorded")]
    [InlineData("UPDATE commission.ledger SET payload = 'x' WHERE sequence = 4",
        "ledger, account rep/bob, number 4: " + Mismatch)]
    [InlineData("DELETE FROM commission.ledger WHERE account = 'rep/bob' AND sequence = 2",
        "ledger, account rep/bob, number 2: the record is missing")]
    [InlineData("UPDATE commission.ledger SET account = 'rep/Erzte' WHERE account = 'rep/Ärzte'",
        "ledger, account rep/Erzte, number 1: " + Mismatch)]
    [InlineData("UPDATE commission.grain_state SET state = 'x' WHERE key = 'b'",
        "grain_state, state cursor/b, number 1: " + Mismatch)]
    [InlineData("UPDATE commission.catalog SET document = 'x' WHERE id = 'ann' AND version = 2",
        "catalog, document acme/rep/ann, number 2: " + Mismatch)]
    [InlineData("DELETE FROM commission.catalog WHERE id = 'p'",
        "catalog, tenant acme, number 2: the record is missing",
        "catalog_latest, document acme/plan/p: the list names the document, and there is no version")]
    [InlineData("DELETE FROM commission.catalog WHERE id = 'ann' AND version = 1 AND tenant = 'acme'",
        "catalog, tenant acme, number 1: the record is missing",
        "catalog, document acme/rep/ann, number 1: the record is missing")]
    [InlineData("DELETE FROM commission.catalog_latest WHERE id = 'bob'",
        "catalog_latest, document acme/rep/bob, number 1: "
        + "the latest version is number 4 of its tenant, and the list names none")]
    public Task Check_DamagedRow_IsReportedWithItsPlace(string damage, params string[] expected) =>
        ExpectAsync(damage, expected);

    // The server fails a query at a broken page, behind the rows that it has sent.
    [Fact]
    public async Task Check_TableThatBreaksOffInTheMiddle_IsReportedAndTheOthersAreRead()
    {
        await using var own = await PostgresTarget.CreateAsync();
        await own.FillAsync(Ct);
        await own.ExecuteAsync("""
            CREATE FUNCTION commission.checksum_at(sequence bigint, checksum integer) RETURNS integer
              LANGUAGE plpgsql STABLE COST 100000 AS $$
              BEGIN
                IF sequence = 4 THEN RAISE 'a broken page' USING ERRCODE = 'data_corrupted'; END IF;
                RETURN checksum;
              END $$;
            ALTER TABLE commission.ledger RENAME TO sound_ledger;
            CREATE VIEW commission.ledger AS
              SELECT account, sequence, commission.checksum_at(sequence, checksum) AS checksum, payload
              FROM commission.sound_ledger;
            UPDATE commission.grain_state SET state = 'x' WHERE key = 'b'
            """);

        Assert.Equal(
            [
                "ledger: it cannot be read any further: XX001: a broken page",
                "grain_state, state cursor/b, number 1: " + Mismatch,
            ],
            await ProblemsAsync(own));
    }

    [Fact]
    public async Task Check_CancelledWhileTheServerSearches_Ends()
    {
        const string Waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = "
            + "'commission.deal_log'::regclass AND database = (SELECT oid FROM pg_database "
            + "WHERE datname = current_database())";
        await using var database = await TemporaryDatabase.CreateAsync();
        await using var held = await HeldTransaction.BeginAsync(
            database, "LOCK TABLE commission.deal_log IN ACCESS EXCLUSIVE MODE");
        using var canceled = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var check = StoreUpkeep.CheckAsync(database.Address, _ => { }, canceled.Token);
        while (await database.ExecuteAsync(Waits) is 0L)
        {
            Ct.ThrowIfCancellationRequested();
        }

        await canceled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }

    protected override Task<UpkeepTarget> MakeAsync() => PostgresTarget.BorrowAsync();

    protected override Task<UpkeepTarget> MakeOtherAsync() => Task.FromResult<UpkeepTarget>(new SqliteTarget());
}
