using System.Text;
using Commission.Storage.Sqlite;
using Commission.Storage.Tests.Conformance;
using Microsoft.Data.Sqlite;

namespace Commission.Storage.Tests.Sqlite;

/// <summary>The file: what it keeps, whom it admits, and how its damage is met.</summary>
public sealed class SqliteFileTests : IAsyncDisposable
{
    private readonly TemporaryStore _file = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    [Fact]
    public async Task Reopen_AfterClosing_HasEverythingAndStillFences()
    {
        await FillAsync();

        await using var store = await _file.OpenAsync();
        Assert.Equal(3, await store.ReadHeadAsync(7, Ct));
        Assert.Equal(new LogAppendResult.Fenced(3), await store.AppendAsync(7, 0, [Event("new")], Ct));
        var again = (LogAppendResult.Accepted)await store.AppendAsync(8, 0, [Event("secret-log-2"), Event("x")], Ct);
        Assert.Equal(new LogEntryResult(LogOutcome.Duplicate, new(7, 2)), again.Entries[0]);
        Assert.Equal(new LedgerAppendResult.Fenced(3), await store.AppendAsync("rep/ann", 2, [Bytes("x")], Ct));
        Assert.Equal(new LedgerAppendResult.Appended(1), await store.AppendAsync("rep/bob", 0, [Bytes("x")], Ct));
        Assert.Equal("secret-ledger-3", Text((await store.ReadLastAsync("rep/ann", Ct))!.Payload));
        Assert.Equal("secret-state", Text((await store.ReadStateAsync("cursor", "k", Ct))!.State));
        Assert.Equal(2, (await store.GetAsync("acme", "rep", "ann", null, Ct))!.Version);
        Assert.Equal(new CatalogPutResult.Put(1, 3), await store.PutAsync("acme", "rep", "bob", 0, Bytes("x"), Ct));
    }

    [Fact]
    public async Task Read_FlippedByteInTheLog_NamesThePlace()
    {
        await FillAsync();
        FlipByteAfter("payload:secret-log-2");
        await using var store = await _file.OpenAsync();

        var error = await Assert.ThrowsAsync<CorruptRecordException>(() => store.ReadAsync(7, 0, 10, Ct));

        Assert.Equal(("deal_log", "shard 7", 2L), (error.Table, error.Key, error.Number));
        Assert.Equal("secret-log-1", (await store.ReadAsync(7, 0, 1, Ct))[0].EventId);
        Assert.Equal("secret-log-3", (await store.ReadAsync(7, 2, 1, Ct))[0].EventId);
    }

    [Fact]
    public async Task Read_FlippedByteInTheLedger_NamesThePlace()
    {
        await FillAsync();
        FlipByteAfter("secret-ledger-");
        await using var store = await _file.OpenAsync();

        var error = await Assert.ThrowsAsync<CorruptRecordException>(() => store.ReadAsync("rep/ann", 0, 10, Ct));

        Assert.Equal(("ledger", "account rep/ann"), (error.Table, error.Key));
        Assert.InRange(error.Number, 1, 3);
    }

    [Fact]
    public async Task Read_FlippedByteInStateOrCatalog_NamesThePlace()
    {
        await FillAsync();
        FlipByteAfter("secret-sta");
        FlipByteAfter("secret-document-2");
        await using var store = await _file.OpenAsync();

        var state = await Assert.ThrowsAsync<CorruptRecordException>(() => store.ReadStateAsync("cursor", "k", Ct));
        Assert.Equal(("grain_state", "state cursor/k"), (state.Table, state.Key));
        var document = await Assert.ThrowsAsync<CorruptRecordException>(
            () => store.ListAsync("acme", "rep", null, 10, Ct));
        Assert.Equal(("catalog", "document acme/rep/ann", 2L), (document.Table, document.Key, document.Number));
    }

    [Theory]
    [InlineData("DELETE FROM deal_log WHERE event_id = 'secret-log-2'", "deal_log", "shard 7")]
    [InlineData("DELETE FROM ledger WHERE payload = CAST('secret-ledger-2' AS BLOB)", "ledger", "account rep/ann")]
    [InlineData("UPDATE deal_log SET tenant = 99 WHERE event_id = 'secret-log-2'", "deal_log", "shard 7")]
    [InlineData("UPDATE deal_log SET event_id = 'other' WHERE event_id = 'secret-log-2'", "deal_log", "shard 7")]
    [InlineData("UPDATE deal_log SET recorded_ms = 1 << 62 WHERE event_id = 'secret-log-2'", "deal_log", "shard 7")]
    public async Task Read_RecordRemovedOrAltered_NamesThePlace(string sql, string table, string key)
    {
        await FillAsync();
        _file.Execute(sql);
        await using var store = await _file.OpenAsync();

        var error = await Assert.ThrowsAsync<CorruptRecordException>(async () =>
        {
            await store.ReadAsync(7, 0, 10, Ct);
            await store.ReadAsync("rep/ann", 0, 10, Ct);
        });

        Assert.Equal((table, key, 2L), (error.Table, error.Key, error.Number));
    }

    [Fact]
    public async Task Open_NewFile_RecordsItsMigrationsAndSettings()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch.AddDays(1));
        await using var store = await _file.OpenAsync(o => o with { TimeProvider = time });

        Assert.Equal(1L, _file.Execute("SELECT count(*) FROM schema_migrations"));
        Assert.Equal(86_400_000L, _file.Execute("SELECT applied_ms FROM schema_migrations WHERE version = 1"));
        Assert.Equal("2", await store.PragmaAsync("synchronous", Ct)); // FULL
        Assert.Equal("wal", await store.PragmaAsync("journal_mode", Ct));
        Assert.Equal("0", await store.PragmaAsync("wal_autocheckpoint", Ct));
    }

    [Fact]
    public async Task Open_NewerFormat_IsRefusedAndUntouched()
    {
        await FillAsync();
        _file.Execute("INSERT INTO schema_migrations VALUES(999, 'from the future', 0)");

        var error = await Assert.ThrowsAsync<StoreFormatException>(() => _file.OpenAsync());

        Assert.Contains("999", error.Message, StringComparison.Ordinal);
        Assert.Contains(_file.Path, error.Message, StringComparison.Ordinal);
        Assert.Equal(3L, _file.Execute("SELECT count(*) FROM deal_log"));
        _file.Execute("DELETE FROM schema_migrations WHERE version = 999");
        await using var store = await _file.OpenAsync(); // the refusal gave the lock back
    }

    [Fact]
    public async Task Migrate_OlderFormat_AppliesTheMissingStepsInOrder()
    {
        await FillAsync();
        List<Migration> migrations =
        [
            .. Schema.Migrations,
            new(2, "add", "CREATE TABLE extra(x INTEGER) STRICT"),
            new(3, "fill", "INSERT INTO extra VALUES(7)"),
        ];
        using (var connection = StoreFile.OpenWriter(_file.Path))
        {
            Assert.Equal(1, StoreFile.Migrate(connection, _file.Path, migrations, TimeProvider.System));
            Assert.Equal(3, StoreFile.Migrate(connection, _file.Path, migrations, TimeProvider.System));
        }

        Assert.Equal(7L, _file.Execute("SELECT x FROM extra"));
        Assert.Equal("1,2,3", _file.Execute("SELECT group_concat(version) FROM schema_migrations"));
    }

    [Fact]
    public async Task Migrate_StepFails_LeavesTheOldFormat()
    {
        await FillAsync();
        List<Migration> migrations =
        [
            .. Schema.Migrations,
            new(2, "add", "CREATE TABLE extra(x INTEGER) STRICT"),
            new(3, "wrong", "INSERT INTO missing VALUES(7)"),
        ];
        using (var connection = StoreFile.OpenWriter(_file.Path))
        {
            Assert.Throws<SqliteException>(
                () => StoreFile.Migrate(connection, _file.Path, migrations, TimeProvider.System));
        }

        Assert.Equal(0L, _file.Execute("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'"));
        await using var store = await _file.OpenAsync();
        Assert.Equal(3, await store.ReadHeadAsync(7, Ct));
    }

    [Fact]
    public async Task Open_ForeignDatabaseOrNoDatabase_IsRefused()
    {
        _file.Execute("CREATE TABLE somebody_elses(x)");
        await Assert.ThrowsAsync<StoreFormatException>(() => _file.OpenAsync());
        Assert.Equal(1L, _file.Execute("SELECT count(*) FROM sqlite_schema"));

        await File.WriteAllTextAsync(_file.Path, string.Concat(Enumerable.Repeat("not a database ", 100)), Ct);
        await Assert.ThrowsAsync<StoreFormatException>(() => _file.OpenAsync());
    }

    [Fact]
    public async Task Open_Twice_IsRefusedUntilTheFirstIsClosed()
    {
        var first = await _file.OpenAsync();

        var error = await Assert.ThrowsAsync<StoreInUseException>(() => _file.OpenAsync());
        Assert.Equal(_file.Path, error.Path);
        Assert.Contains(_file.Path, error.Message, StringComparison.Ordinal);

        await first.DisposeAsync();
        await using var second = await _file.OpenAsync();
    }

    [Fact]
    public async Task Open_FolderMissing_IsAnErrorOfItsOwn() =>
        await Assert.ThrowsAsync<DirectoryNotFoundException>(
            () => _file.OpenAsync(o => o with { Path = $"{o.Path}-missing/store.db" }));

    [Fact]
    public async Task Read_ByAnotherTool_WorksWhileTheStoreIsOpen()
    {
        await using var store = await _file.OpenAsync();
        await store.AppendAsync(0, 0, [Event("a"), Event("b")], Ct);

        using var tool = new SqliteConnection($"Data Source={_file.Path};Mode=ReadOnly;Pooling=False");
        tool.Open();
        using var command = tool.CreateCommand();
        command.CommandText = "SELECT count(*) FROM deal_log";
        Assert.Equal(2L, command.ExecuteScalar());
    }

    private static LogEntry Event(string id) =>
        new("acme", id, new byte[32], Bytes($"payload:{id}"), DateTimeOffset.UnixEpoch);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task FillAsync()
    {
        await using var store = await _file.OpenAsync();
        await store.AppendAsync(7, 0, [Event("secret-log-1"), Event("secret-log-2"), Event("secret-log-3")], Ct);
        var records = Enumerable.Range(1, 3).Select(i => (ReadOnlyMemory<byte>)Bytes($"secret-ledger-{i}"));
        await store.AppendAsync("rep/ann", 0, [.. records], Ct);
        await store.WriteStateAsync("cursor", "k", null, Bytes("secret-state"), Ct);
        await store.PutAsync("acme", "rep", "ann", null, Bytes("secret-document-1"), Ct);
        await store.PutAsync("acme", "rep", "ann", 1, Bytes("secret-document-2"), Ct);
    }

    /// <summary>Damages the last byte of a text where the closed file has it.</summary>
    private void FlipByteAfter(string text)
    {
        var bytes = File.ReadAllBytes(_file.Path);
        var at = bytes.AsSpan().IndexOf(Bytes(text));
        Assert.True(at > 0);
        bytes[at + text.Length - 1] ^= 0x20;
        File.WriteAllBytes(_file.Path, bytes);
    }
}
