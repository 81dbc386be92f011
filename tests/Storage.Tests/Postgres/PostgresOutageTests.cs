using System.Collections.Concurrent;
using System.Text;

namespace Commission.Storage.Tests.Postgres;

/// <summary>The server is killed, stopped, or cuts the connection; the store goes on by itself.</summary>
public sealed class PostgresOutageTests(OwnPostgres own) : IClassFixture<OwnPostgres>, IAsyncLifetime
{
    private const string WaitingForStandby = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    private TemporaryDatabase _database = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await TemporaryDatabase.CreateAsync(server: own.Server);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Kill_UnderLoad_KeepsEverythingAcknowledgedOnce()
    {
        var store = await _database.OpenAsync();
        using var load = new Load(store, Ct);
        load.Start(writers: 12, shards: 4);
        for (var round = 0; round < 2; round++)
        {
            await load.UntilAcknowledgedAsync(more: 100);
            load.ServerGoes();
            await own.Server.StopAsync("immediate"); // no flush, no checkpoint: as SIGKILL to every process
            await own.Server.RunAsync();
            load.ServerIsBack();
        }

        await load.UntilAcknowledgedAsync(more: 100);
        await load.StopAsync();

        var logged = new List<LogRecord>();
        for (var shard = 0; shard < 4; shard++)
        {
            logged.AddRange(await store.ReadAsync(shard, 0, int.MaxValue, Ct)); // fails for a gap
        }

        Assert.Equal(
            load.Acknowledged.OrderBy(entry => entry.Key, StringComparer.Ordinal),
            logged.Select(record => KeyValuePair.Create(record.EventId, record.Position))
                .OrderBy(entry => entry.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Server_GoneForAWhile_CallsFailMeanwhileAndThenWork()
    {
        var store = await _database.OpenAsync();
        await store.AppendAsync(1, 0, [Event("before")], Ct);
        await store.ReadHeadAsync(1, Ct);
        await own.Server.StopAsync("fast");

        Func<Task>[] calls =
        [
            () => store.AppendAsync(1, 1, [Event("meanwhile")], Ct),
            () => store.AppendAsync("rep/ann", 0, [new byte[1]], Ct),
            () => store.WriteStateAsync("cursor", "k", null, new byte[1], Ct),
            () => store.PutAsync("acme", "rep", "ann", null, new byte[1], Ct),
            () => store.ReadAsync(1, 0, 10, Ct),
            () => store.ReadLastAsync("rep/ann", Ct),
            () => store.ReadStateAsync("cursor", "k", Ct),
            () => store.GetAsync("acme", "rep", "ann", null, Ct),
        ];
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(call);
            Assert.True(error.NothingWritten);
            Assert.True(error.CanContinue);
            Assert.DoesNotContain("never-shown", error.ToString(), StringComparison.Ordinal);
        }

        await own.Server.RunAsync();
        foreach (var call in calls)
        {
            await call();
        }

        Assert.Equal(["before", "meanwhile"], (await store.ReadAsync(1, 0, 10, Ct)).Select(record => record.EventId));
    }

    [Fact]
    public async Task Append_ConnectionLostBehindTheCommit_IsUnknownAndFencedWhenRepeated()
    {
        // A commit that waits for a standby that does not come is on disk here, and not acknowledged.
        await own.Server.StopAsync("fast");
        await own.Server.RunAsync("-c synchronous_standby_names=nobody");
        var store = await _database.OpenAsync();

        var append = store.AppendAsync(1, 0, [Event("one")], Ct);
        while (await _database.ExecuteAsync($"SELECT count(*) {WaitingForStandby}") is 0L)
        {
            Ct.ThrowIfCancellationRequested();
        }

        Assert.False(append.IsCompleted);
        Assert.Equal(0, await store.ReadHeadAsync(1, Ct));
        await _database.ExecuteAsync($"SELECT pg_terminate_backend(pid) {WaitingForStandby}");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => append);
        await own.Server.StopAsync("fast");
        await own.Server.RunAsync();

        Assert.False(error.NothingWritten);
        Assert.True(error.CanContinue);
        Assert.Equal(new LogAppendResult.Fenced(1), await store.AppendAsync(1, 0, [Event("one")], Ct));
        var again = Assert.IsType<LogAppendResult.Accepted>(await store.AppendAsync(1, 1, [Event("one")], Ct));
        Assert.Equal([new LogEntryResult(LogOutcome.Duplicate, new(1, 1))], again.Entries);
    }

    [Fact]
    public async Task Append_ConnectionsCutWhileIdle_IsWrittenOnANewOne()
    {
        var store = await _database.OpenAsync();
        await store.AppendAsync(1, 0, [Event("one")], Ct);
        await store.ReadHeadAsync(1, Ct);
        await _database.ExecuteAsync(
            "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
            + "WHERE application_name = 'commission'");

        Assert.IsType<LogAppendResult.Accepted>(await store.AppendAsync(1, 1, [Event("two")], Ct));
        Assert.Equal(2, await store.ReadHeadAsync(1, Ct));
    }

    private static LogEntry Event(string id) =>
        new("acme", id, new byte[32], Encoding.UTF8.GetBytes($"payload:{id}"), DateTimeOffset.UnixEpoch);

    /// <summary>Writers that send each event until it is acknowledged, as clients do.</summary>
    private sealed class Load(PostgresStore store, CancellationToken ct) : IDisposable
    {
        private readonly SemaphoreSlim _acknowledgements = new(0);
        private Task[] _writers = [];
        private TaskCompletionSource _up = Signal(isSet: true);
        private volatile bool _stopping;

        public ConcurrentDictionary<string, LogPosition> Acknowledged { get; } = new(StringComparer.Ordinal);

        public void Start(int writers, int shards) => _writers =
            [.. Enumerable.Range(0, writers).Select(writer => Task.Run(() => WriteAsync(writer, writer % shards)))];

        public async Task UntilAcknowledgedAsync(int more)
        {
            for (var i = 0; i < more; i++)
            {
                await Task.WhenAny(_acknowledgements.WaitAsync(ct), Task.WhenAll(_writers)).Unwrap();
            }
        }

        public void ServerGoes() => _up = Signal(isSet: false);

        public void ServerIsBack() => _up.SetResult();

        public Task StopAsync()
        {
            _stopping = true;
            return Task.WhenAll(_writers);
        }

        public void Dispose() => _acknowledgements.Dispose();

        private async Task WriteAsync(int writer, int shard)
        {
            var head = 0L;
            for (var i = 0; !_stopping; i++)
            {
                head = await SendUntilAcknowledgedAsync(shard, head, $"{writer}-{i}");
            }
        }

        private async Task<long> SendUntilAcknowledgedAsync(int shard, long head, string id)
        {
            while (true)
            {
                try
                {
                    switch (await store.AppendAsync(shard, head, [Event(id)], ct))
                    {
                        case LogAppendResult.Accepted accepted:
                            Acknowledged[id] = accepted.Entries[0].Position;
                            _acknowledgements.Release();
                            return accepted.Head;
                        case LogAppendResult.Fenced fenced:
                            head = fenced.ActualHead;
                            break;
                    }
                }
                catch (StoreUnavailableException)
                {
                    await _up.Task.WaitAsync(ct);
                }
            }
        }

        private static TaskCompletionSource Signal(bool isSet)
        {
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (isSet)
            {
                signal.SetResult();
            }

            return signal;
        }
    }
}

/// <summary>A server that tests may kill.</summary>
public sealed class OwnPostgres : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
