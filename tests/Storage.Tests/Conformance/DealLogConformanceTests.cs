namespace Commission.Storage.Tests.Conformance;

public abstract class DealLogConformanceTests(StoreFactory factory) : ConformanceTests(factory)
{
    [Fact]
    public async Task Append_EmptyShard_NumbersFromOne()
    {
        var accepted = await AppendAsync(3, 0, Event("a"), Event("b"));

        Assert.Equal(2, accepted.Head);
        Assert.Equal([Appended(3, 1), Appended(3, 2)], accepted.Entries);
        Assert.Equal(2, await Store.Log.ReadHeadAsync(3, Ct));
        Assert.Equal(0, await Store.Log.ReadHeadAsync(2, Ct));
        Assert.Equal(0, await Store.Log.ReadHeadAsync(4, Ct));
    }

    [Fact]
    public async Task Append_ThenRead_ReturnsWhatWasWritten()
    {
        var time = new DateTimeOffset(2026, 4, 1, 1, 59, 59, 123, TimeSpan.FromHours(2)).AddTicks(4567);
        await AppendAsync(0, 0, Event("a") with { RecordedAt = time, Payload = new byte[] { 0, 255, 7 } });

        var record = Assert.Single(await Store.Log.ReadAsync(0, 0, 10, Ct));
        Assert.Equal(new LogPosition(0, 1), record.Position);
        Assert.Equal(("acme", "a"), (record.Tenant, record.EventId));
        Assert.Equal([0, 255, 7], record.Payload.ToArray());
        Assert.Equal(Start, record.RecordedAt);
        Assert.Equal(TimeSpan.Zero, record.RecordedAt.Offset);
    }

    [Fact]
    public async Task Append_EmptyPayloadAndLargePayload_ReturnsThem()
    {
        var large = new byte[300_000];
        new Random(1).NextBytes(large);
        await AppendAsync(0, 0, Event("none") with { Payload = default }, Event("large") with { Payload = large });

        var records = await Store.Log.ReadAsync(0, 0, 10, Ct);
        Assert.True(records[0].Payload.IsEmpty);
        Assert.Equal(large, records[1].Payload.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Append_WrongHead_IsFencedAndWritesNothing(long expectedHead)
    {
        await AppendAsync(0, 0, Event("a"), Event("b"));

        var result = await Store.Log.AppendAsync(0, expectedHead, [Event("c")], Ct);

        Assert.Equal(new LogAppendResult.Fenced(2), result);
        Assert.Equal(2, await Store.Log.ReadHeadAsync(0, Ct));
        var accepted = await AppendAsync(1, 0, Event("c"));
        Assert.Equal([Appended(1, 1)], accepted.Entries);
    }

    [Fact]
    public async Task Append_NoEntries_OnlyChecksTheHead()
    {
        var accepted = await AppendAsync(0, 0);

        Assert.Equal(0, accepted.Head);
        Assert.Empty(accepted.Entries);
        Assert.Equal(new LogAppendResult.Fenced(0), await Store.Log.AppendAsync(0, 1, [], Ct));
    }

    [Fact]
    public async Task Append_SameEventAgain_IsADuplicateAndTakesNoNumber()
    {
        await AppendAsync(0, 0, Event("a"), Event("b"));

        var accepted = await AppendAsync(0, 2, Event("b"), Event("c"), Event("a"));

        Assert.Equal([Duplicate(0, 2), Appended(0, 3), Duplicate(0, 1)], accepted.Entries);
        Assert.Equal(3, accepted.Head);
        Assert.Equal(["a", "b", "c"], await ReadIdsAsync(0));
    }

    [Fact]
    public async Task Append_SameEventTwiceInOneCall_IsADuplicateOfTheFirst()
    {
        var accepted = await AppendAsync(0, 0, Event("a"), Event("a"), Event("a", "other"), Event("b"));

        Assert.Equal([Appended(0, 1), Duplicate(0, 1), Conflict(0, 1), Appended(0, 2)], accepted.Entries);
        Assert.Equal(["a", "b"], await ReadIdsAsync(0));
    }

    [Fact]
    public async Task Append_SameIdOtherContent_IsAConflictAndTheFirstStays()
    {
        await AppendAsync(0, 0, Event("a", "first"));

        var accepted = await AppendAsync(0, 1, Event("a", "second"), Event("b"));

        Assert.Equal([Conflict(0, 1), Appended(0, 2)], accepted.Entries);
        Assert.Equal("payload of first", Text((await Store.Log.ReadAsync(0, 0, 1, Ct))[0].Payload));
    }

    [Fact]
    public async Task Append_SameIdInAnotherShard_NamesTheFirstPosition()
    {
        await AppendAsync(5, 0, Event("x"), Event("a"));

        var accepted = await AppendAsync(9, 0, Event("a", "other deal"), Event("a"), Event("b"));

        Assert.Equal([Conflict(5, 2), Duplicate(5, 2), Appended(9, 1)], accepted.Entries);
    }

    [Fact]
    public async Task Append_SameIdInAnotherTenant_IsAnotherEvent()
    {
        var accepted = await AppendAsync(
            0, 0, Event("a", tenant: "acme"), Event("a", "other", "globex"), Event("a", tenant: "globex"));

        Assert.Equal([Appended(0, 1), Appended(0, 2), Conflict(0, 2)], accepted.Entries);
    }

    [Fact]
    public async Task Append_IdsThatDifferInCaseOrForm_AreDifferentEvents()
    {
        var accepted = await AppendAsync(0, 0, Event("é"), Event("e\u0301"), Event("E"), Event("e"), Event("e "));

        Assert.All(accepted.Entries, entry => Assert.Equal(LogOutcome.Appended, entry.Outcome));
    }

    [Fact]
    public async Task Read_InPages_SeesEveryRecordOnce()
    {
        await AppendAsync(1, 0, [.. Enumerable.Range(1, 25).Select(i => Event($"e{i}"))]);
        await AppendAsync(2, 0, Event("neighbour"));
        var seen = new List<long>();
        for (var after = 0L; ; after = seen[^1])
        {
            var page = await Store.Log.ReadAsync(1, after, 10, Ct);
            seen.AddRange(page.Select(record => record.Number));
            if (page.Count < 10)
            {
                break;
            }
        }

        Assert.Equal(Enumerable.Range(1, 25).Select(i => (long)i), seen);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(long.MaxValue)]
    public async Task Read_BehindTheHead_IsEmpty(long after)
    {
        await AppendAsync(0, 0, Event("a"));
        await AppendAsync(1, 0, Event("b"));

        Assert.Empty(await Store.Log.ReadAsync(0, after, 10, Ct));
    }

    [Fact]
    public async Task Append_HighestShard_IsAccepted()
    {
        await AppendAsync(StorageLimits.ShardMax, 0, Event("a"), Event("b"));

        Assert.Equal(["a", "b"], await ReadIdsAsync(StorageLimits.ShardMax));
    }

    [Fact]
    public async Task Append_InvalidArguments_AreRefused()
    {
        LogEntry[] wrong =
        [
            Event(""),
            Event("a\0b"),
            Event("\ud800"),
            Event(new string('x', StorageLimits.KeyBytesMax + 1)),
            Event("a", tenant: ""),
            Event("a") with { ContentHash = new byte[16] },
            Event("a") with { Payload = new byte[StorageLimits.PayloadBytesMax + 1] },
        ];
        foreach (var entry in wrong)
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.Log.AppendAsync(0, 0, [Event("ok"), entry], Ct));
        }

        foreach (var shard in new[] { -1, StorageLimits.ShardMax + 1 })
        {
            await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.Log.AppendAsync(shard, 0, [], Ct));
        }

        Assert.Equal(0, await Store.Log.ReadHeadAsync(0, Ct));
    }

    [Fact]
    public async Task Append_CancelledBefore_IsCancelledAndWritesNothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.Log.AppendAsync(0, 0, [Event("a")], cancelled));
        Assert.Equal(0, await Store.Log.ReadHeadAsync(0, Ct));
    }

    [Fact]
    public async Task Append_SixtyFourWritersOnFourShards_StaysContiguousAndLosesNothing()
    {
        var writers = Enumerable.Range(0, 64).Select(w => Task.Run(() => WriteUntilAcceptedAsync(w, 8)));
        var positions = (await Task.WhenAll(writers)).SelectMany(p => p).ToList();

        Assert.Equal(512, positions.Distinct().Count());
        for (var shard = 0; shard < 4; shard++)
        {
            var records = await Store.Log.ReadAsync(shard, 0, 1_000, Ct);
            Assert.Equal(Enumerable.Range(1, 128).Select(i => (long)i), records.Select(record => record.Number));
            Assert.Equal(128, records.Select(record => record.EventId).Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public async Task Append_ManyWritersWithTheSameEvent_OneAppendsAndAllAgree()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(
            shard => Task.Run(() => AppendAsync(shard, 0, Event("the one")))));

        var entries = results.Select(result => result.Entries[0]).ToList();
        var first = Assert.Single(entries, entry => entry.Outcome == LogOutcome.Appended);
        Assert.All(entries, entry => Assert.Equal(first.Position, entry.Position));
        Assert.Equal(31, entries.Count(entry => entry.Outcome == LogOutcome.Duplicate));
    }

    private static LogEntryResult Appended(int shard, long number) => new(LogOutcome.Appended, new(shard, number));

    private static LogEntryResult Duplicate(int shard, long number) => new(LogOutcome.Duplicate, new(shard, number));

    private static LogEntryResult Conflict(int shard, long number) => new(LogOutcome.Conflict, new(shard, number));

    private async Task<LogAppendResult.Accepted> AppendAsync(int shard, long head, params LogEntry[] entries) =>
        Assert.IsType<LogAppendResult.Accepted>(await Store.Log.AppendAsync(shard, head, entries, Ct));

    private async Task<string[]> ReadIdsAsync(int shard) =>
        [.. (await Store.Log.ReadAsync(shard, 0, 1_000, Ct)).Select(record => record.EventId)];

    private async Task<List<LogPosition>> WriteUntilAcceptedAsync(int writer, int count)
    {
        var shard = writer % 4;
        var head = 0L;
        var positions = new List<LogPosition>();
        while (positions.Count < count)
        {
            var entry = Event($"{writer}-{positions.Count}");
            switch (await Store.Log.AppendAsync(shard, head, [entry], Ct))
            {
                case LogAppendResult.Accepted accepted:
                    positions.Add(accepted.Entries[0].Position);
                    head = accepted.Head;
                    break;
                case LogAppendResult.Fenced fenced:
                    head = fenced.ActualHead;
                    break;
            }
        }

        return positions;
    }
}
