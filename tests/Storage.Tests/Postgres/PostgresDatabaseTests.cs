using System.Text;
using Commission.Storage.Postgres;
using Npgsql;

namespace Commission.Storage.Tests.Postgres;

/// <summary>The records: what survives, and how their damage is met.</summary>
public sealed class PostgresDatabaseTests : IAsyncLifetime
{
    private TemporaryDatabase _database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TemporaryDatabase.BorrowAsync();
        await FillAsync();
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Reopen_AfterClosing_HasEverythingAndStillFences()
    {
        var store = await _database.OpenAsync();

        Assert.Equal(3, await store.ReadHeadAsync(7, Ct));
        Assert.Equal(new LogAppendResult.Fenced(3), await store.AppendAsync(7, 0, [Event("new")], Ct));
        var again = (LogAppendResult.Accepted)await store.AppendAsync(8, 0, [Event("log-2"), Event("x")], Ct);
        Assert.Equal(new LogEntryResult(LogOutcome.Duplicate, new(7, 2)), again.Entries[0]);
        Assert.Equal(new LedgerAppendResult.Fenced(3), await store.AppendAsync("rep/ann", 2, [Bytes("x")], Ct));
        Assert.Equal("ledger-3", Text((await store.ReadLastAsync("rep/ann", Ct))!.Payload));
        Assert.Equal("state", Text((await store.ReadStateAsync("cursor", "k", Ct))!.State));
        Assert.Equal(2, (await store.GetAsync("acme", "rep", "ann", null, Ct))!.Version);
        Assert.Equal(new CatalogPutResult.Put(1, 3), await store.PutAsync("acme", "rep", "bob", 0, Bytes("x"), Ct));
    }

    [Theory]
    [InlineData("UPDATE commission.deal_log SET payload = set_byte(payload, 3, get_byte(payload, 3) # 1)")]
    [InlineData("UPDATE commission.deal_log SET tenant = 'globex'")]
    [InlineData("UPDATE commission.deal_log SET event_id = 'other'")]
    [InlineData("UPDATE commission.deal_log SET recorded_ms = 1::bigint << 62")]
    [InlineData("UPDATE commission.deal_log SET checksum = 0")]
    [InlineData("DELETE FROM commission.deal_log")]
    public async Task ReadLog_RecordAlteredOrMissing_NamesThePlace(string damage)
    {
        await _database.ExecuteAsync($"{damage} WHERE shard = 7 AND number = 2");
        var store = await _database.OpenAsync();

        var error = await Assert.ThrowsAsync<CorruptRecordException>(() => store.ReadAsync(7, 0, 10, Ct));

        Assert.Equal(("deal_log", "shard 7", 2L), (error.Table, error.Key, error.Number));
        Assert.Equal("log-1", (await store.ReadAsync(7, 0, 1, Ct))[0].EventId);
        Assert.Equal("log-3", (await store.ReadAsync(7, 2, 1, Ct))[0].EventId);
    }

    [Theory]
    [InlineData("UPDATE commission.ledger SET payload = set_byte(payload, 0, get_byte(payload, 0) # 128)")]
    [InlineData("DELETE FROM commission.ledger")]
    public async Task ReadLedger_RecordAlteredOrMissing_NamesThePlace(string damage)
    {
        await _database.ExecuteAsync($"{damage} WHERE account = 'rep/ann' AND sequence = 2");
        var store = await _database.OpenAsync();

        var error = await Assert.ThrowsAsync<CorruptRecordException>(() => store.ReadAsync("rep/ann", 0, 10, Ct));

        Assert.Equal(("ledger", "account rep/ann", 2L), (error.Table, error.Key, error.Number));
    }

    [Fact]
    public async Task ReadLedgerEnd_FlippedByte_NamesThePlace()
    {
        await _database.ExecuteAsync(
            "UPDATE commission.ledger SET payload = set_byte(payload, 0, 0) WHERE sequence = 3");
        var store = await _database.OpenAsync();

        var error = await Assert.ThrowsAsync<CorruptRecordException>(() => store.ReadLastAsync("rep/ann", Ct));

        Assert.Equal(("ledger", "account rep/ann", 3L), (error.Table, error.Key, error.Number));
    }

    [Fact]
    public async Task Read_FlippedByteInStateOrCatalog_NamesThePlace()
    {
        await _database.ExecuteAsync("UPDATE commission.grain_state SET state = set_byte(state, 0, 0)");
        await _database.ExecuteAsync(
            "UPDATE commission.catalog SET document = set_byte(document, 0, 0) WHERE version = 2");
        var store = await _database.OpenAsync();

        var state = await Assert.ThrowsAsync<CorruptRecordException>(() => store.ReadStateAsync("cursor", "k", Ct));
        Assert.Equal(("grain_state", "state cursor/k"), (state.Table, state.Key));
        foreach (var read in ReadsOfVersion2(store))
        {
            var document = await Assert.ThrowsAsync<CorruptRecordException>(read);
            Assert.Equal(("catalog", "document acme/rep/ann", 2L), (document.Table, document.Key, document.Number));
        }
    }

    [Fact]
    public async Task ReadCatalog_VersionMissing_NamesThePlace()
    {
        await _database.ExecuteAsync("DELETE FROM commission.catalog WHERE version = 2");
        var store = await _database.OpenAsync();

        var listed = await Assert.ThrowsAsync<CorruptRecordException>(
            () => store.ListAsync("acme", "rep", null, 10, Ct));
        Assert.Equal(("catalog", 2L), (listed.Table, listed.Number));

        await _database.ExecuteAsync("UPDATE commission.catalog SET version = 2, sequence = 2");
        var versions = await Assert.ThrowsAsync<CorruptRecordException>(
            () => store.VersionsAsync("acme", "rep", "ann", Ct));
        Assert.Equal(("catalog", "document acme/rep/ann", 2L), (versions.Table, versions.Key, versions.Number));
    }

    [Fact]
    public async Task WriterConnection_DatabaseSaysOtherwise_CommitsSynchronously()
    {
        await using var own = await TemporaryDatabase.CreateAsync();
        await own.ExecuteAsync($"ALTER DATABASE {own.Name} SET synchronous_commit = off");
        Assert.Equal("off", await own.ExecuteAsync("SHOW synchronous_commit"));

        await using var source = PostgresAddress.Parse(own.Address).WriterSource();
        await using var connection = await source.OpenConnectionAsync(Ct);
        await using var show = new NpgsqlCommand("SHOW synchronous_commit", connection);

        Assert.Equal("on", await show.ExecuteScalarAsync(Ct));
    }

    [Fact]
    public async Task Dispose_WithAppendsQueued_WritesThemAndRefusesMore()
    {
        var store = await _database.OpenAsync();
        var appends = Enumerable.Range(20, 16).Select(shard => store.AppendAsync(shard, 0, [Event($"{shard}")], Ct));
        var queued = appends.ToList();

        await store.DisposeAsync();

        Assert.All(await Task.WhenAll(queued), result => Assert.IsType<LogAppendResult.Accepted>(result));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.AppendAsync(1, 0, [Event("late")], Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadHeadAsync(1, Ct));
    }

    private static IEnumerable<Func<Task>> ReadsOfVersion2(PostgresStore store) =>
    [
        () => store.GetAsync("acme", "rep", "ann", null, Ct),
        () => store.ListAsync("acme", "rep", null, 10, Ct),
        () => store.ChangesAsync("acme", 1, 10, Ct),
        () => store.VersionsAsync("acme", "rep", "ann", Ct),
    ];

    private static LogEntry Event(string id) =>
        new("acme", id, new byte[32], Bytes($"payload:{id}"), DateTimeOffset.UnixEpoch);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private async Task FillAsync()
    {
        await using var store = await _database.OpenAsync();
        await store.AppendAsync(7, 0, [Event("log-1"), Event("log-2"), Event("log-3")], Ct);
        var records = Enumerable.Range(1, 3).Select(i => (ReadOnlyMemory<byte>)Bytes($"ledger-{i}"));
        await store.AppendAsync("rep/ann", 0, [.. records], Ct);
        await store.WriteStateAsync("cursor", "k", null, Bytes("state"), Ct);
        await store.PutAsync("acme", "rep", "ann", null, Bytes("document-1"), Ct);
        await store.PutAsync("acme", "rep", "ann", 1, Bytes("document-2"), Ct);
    }
}
