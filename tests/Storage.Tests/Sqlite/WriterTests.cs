using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using SQLitePCL;

namespace Commission.Storage.Tests.Sqlite;

/// <summary>Batches: what shares a transaction, what fails together, and what waits.</summary>
public sealed class WriterTests : IAsyncDisposable
{
    private readonly TemporaryStore _file = new();
    private readonly ManualResetEventSlim _release = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _release.Set();
        await _file.DisposeAsync();
        _release.Dispose();
    }

    [Fact]
    public async Task Batch_OneOperationFencedAndOneThrows_OthersAreWritten()
    {
        await using var store = await _file.OpenAsync();
        await HoldWriterAsync(store);

        var first = store.AppendAsync(0, 0, [Event("a")], Ct);
        var fenced = store.AppendAsync(0, 0, [Event("b")], Ct);
        var thrown = store.OnWriterAsync<int>(_ => throw new InvalidOperationException("a bug"), Ct);
        var next = store.AppendAsync(0, 1, [Event("c")], Ct);
        var ledger = store.AppendAsync("rep/ann", 0, [Bytes("x")], Ct);
        _release.Set();

        Assert.IsType<LogAppendResult.Accepted>(await first);
        Assert.Equal(new LogAppendResult.Fenced(1), await fenced);
        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => thrown)).Message);
        Assert.Equal(2, Assert.IsType<LogAppendResult.Accepted>(await next).Head);
        Assert.Equal(new LedgerAppendResult.Appended(1), await ledger);
        Assert.Equal(2, (await store.ReadAsync(0, 0, 10, Ct)).Count);
        Assert.Single(await store.ReadAsync("rep/ann", 0, 10, Ct));
    }

    [Fact]
    public async Task Batch_CallerTookItsMemoryBack_FailsThatCallOnly()
    {
        await using var store = await _file.OpenAsync();
        using var gone = new ReturnedMemory();
        await HoldWriterAsync(store);

        var log = store.AppendAsync(0, 0, [Event("a"), Event("b") with { Payload = gone.Memory }], Ct);
        var ledger = store.AppendAsync("rep/ann", 0, [Bytes("x"), gone.Memory], Ct);
        var nextLog = store.AppendAsync(0, 0, [Event("b")], Ct);
        var nextLedger = store.AppendAsync("rep/ann", 0, [Bytes("y")], Ct);
        _release.Set();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => log);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger);
        Assert.Equal(1, Assert.IsType<LogAppendResult.Accepted>(await nextLog).Head);
        Assert.Equal(new LedgerAppendResult.Appended(1), await nextLedger);
        Assert.Equal("b", Assert.Single(await store.ReadAsync(0, 0, 10, Ct)).EventId);
        Assert.Equal(Bytes("y"), (await store.ReadLastAsync("rep/ann", Ct))!.Payload.ToArray());
    }

    [Fact]
    public async Task Batch_DiskFull_FailsAllLeavesNothingAndGoesOnWhenThereIsSpace()
    {
        await using var store = await _file.OpenAsync();
        await store.AppendAsync(0, 0, [Event("before")], Ct);
        await store.PragmaAsync($"max_page_count={await store.PragmaAsync("page_count", Ct)}", Ct);
        await HoldWriterAsync(store);

        var small = store.AppendAsync(0, 1, [Event("small")], Ct);
        var ledger = store.AppendAsync("rep/new", 0, [Bytes("x")], Ct);
        var large = store.AppendAsync(1, 0, [Event("large", new byte[100_000])], Ct);
        _release.Set();

        foreach (var failed in new Task[] { small, ledger, large })
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => failed);
            Assert.True(error.NothingWritten && error.CanContinue);
        }

        Assert.Equal((1, 0), (await store.ReadHeadAsync(0, Ct), await store.ReadHeadAsync(1, Ct)));
        Assert.Null(await store.ReadLastAsync("rep/new", Ct));

        await store.PragmaAsync("max_page_count=1000000", Ct);
        await AssertAppendedAsync(store, 0, 1, Event("small"));
        await AssertAppendedAsync(store, 1, 0, Event("large", new byte[100_000]));
        Assert.Equal(
            new LedgerAppendResult.Appended(1), await store.AppendAsync("rep/new", 0, [Bytes("x")], Ct));
        Assert.Equal(["before", "small"], (await store.ReadAsync(0, 0, 10, Ct)).Select(record => record.EventId));
    }

    [Fact]
    public async Task Batch_CommitFails_NobodyIsAcknowledgedAndTheStoreStops()
    {
        var store = await _file.OpenAsync();
        await HoldWriterAsync(store);
        var hook = store.OnWriterAsync(
            connection =>
            {
                raw.sqlite3_commit_hook(connection.Handle, _ => 1, null);
                return 0;
            },
            Ct);
        var log = store.AppendAsync(0, 0, [Event("a")], Ct);
        var ledger = store.AppendAsync("rep/ann", 0, [Bytes("x")], Ct);
        _release.Set();

        foreach (var failed in new Task[] { hook, log, ledger })
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => failed);
            Assert.False(error.CanContinue || error.NothingWritten);
        }

        await store.DisposeAsync();
        await using var reopened = await _file.OpenAsync();
        Assert.Equal(0, await reopened.ReadHeadAsync(0, Ct));
        Assert.Null(await reopened.ReadLastAsync("rep/ann", Ct));
    }

    [Fact]
    public async Task Batch_OneOperationUnderWay_TheOneBeforeItIsNotAcknowledgedYet()
    {
        await using var store = await _file.OpenAsync();
        using var gather = new ManualResetEventSlim();
        await HoldWriterAsync(store, gather);
        var append = store.AppendAsync(0, 0, [Event("a")], Ct);
        var held = HoldWriterAsync(store);
        gather.Set();
        await held;

        Assert.False(append.IsCompleted);
        Assert.Equal(0, await store.ReadHeadAsync(0, Ct));
        _release.Set();
        Assert.IsType<LogAppendResult.Accepted>(await append);
        Assert.Equal(1, await store.ReadHeadAsync(0, Ct));
    }

    [Fact]
    public async Task Write_FileChangedBehindItsBack_StopsAndRefusesUntilReopened()
    {
        var store = await _file.OpenAsync();
        await store.AppendAsync(0, 0, [Event("a")], Ct);
        _file.Execute("INSERT INTO deal_log SELECT 2, tenant, 'intruder', 0, 0, x'' FROM deal_log");

        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.AppendAsync(0, 1, [Event("b")], Ct));
        Assert.True(failed.NothingWritten && !failed.CanContinue);
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.AppendAsync("rep/ann", 0, [Bytes("x")], Ct));
        Assert.True(refused.NothingWritten && !refused.CanContinue);
        Assert.Equal("a", Assert.Single(await store.ReadAsync(0, 0, 1, Ct)).EventId);

        await store.DisposeAsync();
        _file.Execute("DELETE FROM deal_log WHERE position = 2");
        await using var reopened = await _file.OpenAsync();
        await AssertAppendedAsync(reopened, 0, 1, Event("b"));
    }

    [Fact]
    public async Task Queue_Full_CallersWaitInOrderAndCanGiveUp()
    {
        await using var store = await _file.OpenAsync(o => o with { MaxQueuedItems = 2 });
        await HoldWriterAsync(store);
        using var impatient = new CancellationTokenSource();

        var queued = Enumerable.Range(0, 2).Select(i => store.AppendAsync(0, i, [Event($"{i}")], Ct)).ToList();
        var givesUp = store.AppendAsync(0, 2, [Event("given up")], impatient.Token);
        var waits = Enumerable.Range(2, 6).Select(i => store.AppendAsync(0, i, [Event($"{i}")], Ct)).ToList();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        Assert.All(queued.Concat(waits), task => Assert.False(task.IsCompleted));
        _release.Set();

        // Each append expects the head that the one before leaves: out of order they would be fenced.
        var results = await Task.WhenAll(queued.Concat(waits));
        Assert.All(results, result => Assert.IsType<LogAppendResult.Accepted>(result));
        Assert.Equal(8, await store.ReadHeadAsync(0, Ct));
    }

    [Fact]
    public async Task Queue_CancelledOnceQueued_RunsToItsEnd()
    {
        await using var store = await _file.OpenAsync();
        await HoldWriterAsync(store);
        using var late = new CancellationTokenSource();
        var append = store.AppendAsync(0, 0, [Event("a")], late.Token);

        await late.CancelAsync();
        _release.Set();

        Assert.IsType<LogAppendResult.Accepted>(await append);
    }

    [Fact]
    public async Task Queue_OperationLargerThanTheBound_WaitsAloneAndIsWritten()
    {
        await using var store = await _file.OpenAsync(o => o with { MaxQueuedBytes = 1_000 });
        await HoldWriterAsync(store);

        var appends = Enumerable.Range(0, 4).Select(
            i => store.AppendAsync(0, i, [Event($"{i}", new byte[5_000])], Ct)).ToList();
        _release.Set();

        Assert.All(await Task.WhenAll(appends), result => Assert.IsType<LogAppendResult.Accepted>(result));
    }

    [Fact]
    public async Task Dispose_WithQueuedWrites_WritesThemAndRefusesLaterCalls()
    {
        var store = await _file.OpenAsync();
        await HoldWriterAsync(store);
        var append = store.AppendAsync(0, 0, [Event("a")], Ct);
        var disposal = store.DisposeAsync();
        _release.Set();
        await disposal;

        Assert.IsType<LogAppendResult.Accepted>(await append);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.AppendAsync(0, 1, [Event("b")], Ct));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.ReadHeadAsync(0, Ct));
        Assert.False(File.Exists(_file.Path + "-wal")); // copied into the file and removed
        await using var reopened = await _file.OpenAsync();
        Assert.Equal(1, await reopened.ReadHeadAsync(0, Ct));
    }

    [Fact]
    public async Task Write_PastTheCheckpointSize_KeepsTheWriteAheadLogSmall()
    {
        await using var store = await _file.OpenAsync(o => o with { CheckpointPages = 20 });
        for (var i = 0; i < 200; i++)
        {
            await AssertAppendedAsync(store, 0, i, Event($"{i}", new byte[4_000]));
        }

        Assert.InRange(new FileInfo(_file.Path + "-wal").Length, 1, 64 * 4_096);
        Assert.Equal(200, (await store.ReadAsync(0, 0, 1_000, Ct)).Count);
    }

    private static async Task AssertAppendedAsync(SqliteStore store, int shard, long head, LogEntry entry)
    {
        var result = Assert.IsType<LogAppendResult.Accepted>(await store.AppendAsync(shard, head, [entry], Ct));
        Assert.Equal(new LogEntryResult(LogOutcome.Appended, new(shard, head + 1)), Assert.Single(result.Entries));
    }

    private static LogEntry Event(string id, byte[]? payload = null) =>
        new("acme", id, SHA256.HashData(Bytes(id)), payload ?? Bytes(id), DateTimeOffset.UnixEpoch);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Keeps the writer busy until <see cref="_release"/>, so that what follows shares a batch.</summary>
    private async Task HoldWriterAsync(SqliteStore store, ManualResetEventSlim? release = null)
    {
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = store.OnWriterAsync(
            _ =>
            {
                isHeld.SetResult();
                (release ?? _release).Wait();
                return 0;
            },
            Ct);
        await isHeld.Task;
    }

    /// <summary>Memory that was given back to its pool too early.</summary>
    private sealed class ReturnedMemory : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(8);

        public override Span<byte> GetSpan() => throw new ObjectDisposedException("the caller's memory");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
