using System.Text;

namespace Commission.Storage.Tests.Postgres;

/// <summary>Several processes on one database: who wins, who waits, and what readers see meanwhile.</summary>
public sealed class PostgresContentionTests : IAsyncLifetime
{
    private TemporaryDatabase _database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await TemporaryDatabase.BorrowAsync();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Append_TwoStoresRaceForEachNumber_ExactlyOneWinsAndTheOtherIsFenced()
    {
        var stores = new[] { await _database.OpenAsync(), await _database.OpenAsync() };
        for (var head = 0L; head < 25; head++)
        {
            var expected = head;
            var results = await Task.WhenAll(stores.Select((store, i) => Task.Run(
                () => store.AppendAsync(3, expected, [Event($"{expected}-{i}")], Ct))));

            Assert.Single(results.OfType<LogAppendResult.Accepted>());
            Assert.Equal(new LogAppendResult.Fenced(head + 1), Assert.Single(results.OfType<LogAppendResult.Fenced>()));
        }

        Assert.Equal(25, (await stores[0].ReadAsync(3, 0, 100, Ct)).Count);
        Assert.Equal(25L, await _database.ExecuteAsync("SELECT count(*) FROM commission.event_ids"));
    }

    [Fact]
    public async Task Append_OverlappingEventsInOppositeOrderInTwoShards_EveryEventIsThereOnce()
    {
        var stores = new[] { await _database.OpenAsync(), await _database.OpenAsync() };
        for (var round = 0; round < 10; round++)
        {
            var events = Enumerable.Range(0, 20).Select(i => Event($"{round}-{i}")).ToList();
            var results = await Task.WhenAll(
                Task.Run(() => AppendBehindHeadAsync(stores[0], 1, events)),
                Task.Run(() => AppendBehindHeadAsync(stores[1], 2, [.. Enumerable.Reverse(events)])));

            var first = results[0].Entries.Select(entry => entry.Position);
            Assert.Equal(first, results[1].Entries.Reverse().Select(entry => entry.Position));
            Assert.Equal(20, results.Sum(result => result.Entries.Count(e => e.Outcome == LogOutcome.Appended)));
        }

        var logged = (await stores[0].ReadAsync(1, 0, 1_000, Ct)).Concat(await stores[0].ReadAsync(2, 0, 1_000, Ct));
        Assert.Equal(200, logged.Select(record => record.EventId).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task Read_WhileAnInsertIsHeldOpen_NeverSkipsItWhenLaterOnesCommit()
    {
        var store = await _database.OpenAsync();
        await store.AppendAsync(1, 0, [Event("one")], Ct);
        await using var held = await HeldTransaction.BeginAsync(_database, InsertOf(1, 2, "held"));

        await store.AppendAsync(2, 0, [Event("in another shard")], Ct);
        Assert.Equal(1, await store.ReadHeadAsync(1, Ct));
        Assert.Empty(await store.ReadAsync(1, 1, 10, Ct));
        var behind = store.AppendAsync(1, 1, [Event("wants the same number")], Ct);
        await held.UntilWaitedForAsync();
        Assert.False(behind.IsCompleted);
        Assert.Empty(await store.ReadAsync(1, 1, 10, Ct));
        await held.CommitAsync();

        Assert.Equal(new LogAppendResult.Fenced(2), await behind);
        await store.AppendAsync(1, 2, [Event("three")], Ct);
        Assert.Equal(["held", "three"], (await store.ReadAsync(1, 1, 10, Ct)).Select(record => record.EventId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Append_EventThatAnotherTransactionHolds_WaitsForItsOutcome(bool commits)
    {
        var store = await _database.OpenAsync();
        await using var held = await HeldTransaction.BeginAsync(_database, InsertOf(9, 1, "the one"));

        var append = store.AppendAsync(1, 0, [Event("the one"), Event("another")], Ct);
        await held.UntilWaitedForAsync();
        Assert.False(append.IsCompleted);
        await (commits ? held.CommitAsync() : held.RollbackAsync());

        var accepted = Assert.IsType<LogAppendResult.Accepted>(await append);
        Assert.Equal(
            commits
                ? [new(LogOutcome.Duplicate, new(9, 1)), new(LogOutcome.Appended, new(1, 1))]
                : [new(LogOutcome.Appended, new(1, 1)), new LogEntryResult(LogOutcome.Appended, new(1, 2))],
            accepted.Entries);
    }

    [Fact]
    public async Task Append_DeadlockWithAnotherTransaction_IsTriedAgain()
    {
        var store = await _database.OpenAsync();
        await using var held = await HeldTransaction.BeginAsync(_database, InsertOf(9, 1, "b"));

        var append = store.AppendAsync(1, 0, [Event("a"), Event("b")], Ct); // holds a, waits for b
        await held.UntilWaitedForAsync();
        var isOursBroken = await held.TryExecuteAsync(InsertOf(9, 2, "a")); // waits for a: one of the two is broken
        await (isOursBroken ? held.CommitAsync() : held.RollbackAsync());

        var accepted = Assert.IsType<LogAppendResult.Accepted>(await append);
        Assert.Equal(isOursBroken ? 0 : 2, accepted.Head);
    }

    [Fact]
    public async Task Append_BehindEventsThatThisStoreHasNotSeen_IsFencedAndKeepsNoOtherFromItsPlace()
    {
        var (one, other) = (await _database.OpenAsync(), await _database.OpenAsync());
        await one.AppendAsync(1, 0, [Event("a")], Ct);
        await one.AppendAsync(1, 1, [Event("b")], Ct);
        await other.AppendAsync(1, 2, [Event("c")], Ct);
        await other.AppendAsync(2, 0, [Event("d")], Ct);

        var results = await Task.WhenAll(
            one.AppendAsync(1, 2, [Event("e")], Ct),
            one.AppendAsync(2, 0, [Event("f")], Ct),
            one.AppendAsync(3, 0, [Event("g")], Ct));

        Assert.Equal([new LogAppendResult.Fenced(3), new LogAppendResult.Fenced(1)], results[..2]);
        Assert.Equal(1, Assert.IsType<LogAppendResult.Accepted>(results[2]).Head);
        Assert.Equal(new LogAppendResult.Fenced(3), await one.AppendAsync(1, 2, [], Ct));
        Assert.Equal(new LogAppendResult.Fenced(1), await one.AppendAsync(3, 9, [Event("h")], Ct));
    }

    [Fact]
    public async Task Append_RepeatsAmongNewEvents_EachFindsItsFirstHoweverMuchCameBetween()
    {
        var store = await _database.OpenAsync();
        var positions = new Dictionary<string, LogPosition>(StringComparer.Ordinal);
        var head = 0L;
        for (var round = 0; round < 120; round++)
        {
            // New ones only, for long; then also the very first, and one of the round before.
            string[] repeats = round % 50 == 49 ? ["0", $"{round - 1}"] : [];
            string[] ids = [$"{round}", .. repeats, $"{round}b"];
            var accepted = Assert.IsType<LogAppendResult.Accepted>(
                await store.AppendAsync(4, head, [.. ids.Select(Event)], Ct));
            foreach (var (id, entry) in ids.Zip(accepted.Entries))
            {
                var isNew = positions.TryAdd(id, entry.Position);
                Assert.Equal(isNew ? LogOutcome.Appended : LogOutcome.Duplicate, entry.Outcome);
                Assert.Equal(positions[id], entry.Position);
            }

            head = accepted.Head;
        }

        Assert.Equal(positions.Count, head);
        Assert.Equal(head, await store.ReadHeadAsync(4, Ct));
    }

    [Fact]
    public async Task Append_BehindRecordsThatThisStoreHasNotSeen_IsFencedAndKeepsNoOtherFromItsPlace()
    {
        var (one, other) = (await _database.OpenAsync(), await _database.OpenAsync());
        await one.AppendAsync("rep/ann", 0, [new byte[1]], Ct);
        await one.AppendAsync("rep/ann", 1, [new byte[1]], Ct);
        await other.AppendAsync("rep/ann", 2, [new byte[1]], Ct);
        await other.AppendAsync("rep/new", 0, [new byte[1]], Ct);

        var results = await Task.WhenAll(
            one.AppendAsync("rep/ann", 2, [new byte[1]], Ct),
            one.AppendAsync("rep/new", 0, [new byte[1]], Ct),
            one.AppendAsync("rep/bob", 0, [new byte[1]], Ct));

        Assert.Equal(
            [
                new LedgerAppendResult.Fenced(3),
                new LedgerAppendResult.Fenced(1),
                new LedgerAppendResult.Appended(1),
            ],
            results);
        Assert.Equal(new LedgerAppendResult.Fenced(3), await one.AppendAsync("rep/ann", 2, [], Ct));
        Assert.Equal(new LedgerAppendResult.Fenced(1), await one.AppendAsync("rep/bob", 9, [new byte[1]], Ct));
        Assert.Equal(3, (await one.ReadAsync("rep/ann", 0, 10, Ct)).Count);
    }

    [Fact]
    public async Task State_TwoStoresWithOneEtag_ExactlyOneWrites()
    {
        var stores = new[] { await _database.OpenAsync(), await _database.OpenAsync() };
        string? etag = null;
        for (var round = 0; round < 10; round++)
        {
            var current = etag;
            var results = await Task.WhenAll(stores.Select((store, i) => Task.Run(
                () => store.WriteStateAsync("cursor", "k", current, Encoding.UTF8.GetBytes($"{i}"), Ct))));

            etag = Assert.Single(results.OfType<StateWriteResult.Written>()).Etag;
            var conflict = Assert.Single(results.OfType<StateWriteResult.Conflict>());
            Assert.Equal(etag, conflict.ActualEtag);
        }
    }

    private static LogEntry Event(string id) =>
        new("acme", id, new byte[32], Encoding.UTF8.GetBytes($"payload:{id}"), DateTimeOffset.UnixEpoch);

    private static async Task<LogAppendResult.Accepted> AppendBehindHeadAsync(
        PostgresStore store, int shard, IReadOnlyList<LogEntry> entries)
    {
        var head = await store.ReadHeadAsync(shard, Ct);
        return Assert.IsType<LogAppendResult.Accepted>(await store.AppendAsync(shard, head, entries, Ct));
    }

    /// <summary>What a store's transaction inserts for an event.</summary>
    private static string InsertOf(int shard, long number, string id)
    {
        var checksum = Checksums.OfLog(shard, number, "acme", id, 0, "x"u8);
        return $"""
            INSERT INTO commission.event_ids VALUES('acme', '{id}', {shard}, {number}, '\x{new string('0', 32)}');
            INSERT INTO commission.deal_log VALUES({shard}, {number}, 'acme', '{id}', 0, {checksum}, 'x')
            """;
    }
}
