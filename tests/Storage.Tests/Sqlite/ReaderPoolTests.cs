using System.Globalization;
using System.Text;
using Commission.Storage.Sqlite;

namespace Commission.Storage.Tests.Sqlite;

/// <summary>Reads that wait for one another: what they see, what fails alone, and what is refused.</summary>
public sealed class ReaderPoolTests : IAsyncLifetime
{
    private readonly TemporaryStore _file = new();
    private readonly ManualResetEventSlim _reading = new();
    private readonly ManualResetEventSlim _release = new();
    private SqliteStore _store = null!;
    private ReaderPool _pool = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await _file.OpenAsync(options => options with { MaxReaders = 2 });
        _pool = new ReaderPool(_file.Path, maxReaders: 1);
    }

    public async ValueTask DisposeAsync()
    {
        _release.Set();
        await _pool.DisposeAsync();
        await _file.DisposeAsync();
        _reading.Dispose();
        _release.Dispose();
    }

    [Fact]
    public async Task Read_AskedAfterAWriteWhileAnotherIsUnderWay_SeesTheWrite()
    {
        await WriteAsync("rep/ann");
        var held = HoldAsync();
        await WriteAsync("rep/bob");
        var after = _pool.ReadAsync(Accounts, Ct);
        _release.Set();

        Assert.Equal(1, await held);
        Assert.Equal(2, await after);
    }

    [Fact]
    public async Task Read_ByManyBesideWrites_SeesWhatWasWrittenBeforeIt()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            var account = string.Create(CultureInfo.InvariantCulture, $"rep/r{writer}");
            for (var number = 1; number <= 40; number++)
            {
                await _store.AppendAsync(account, number - 1, [Payload], Ct);
                Assert.Equal(number, (await _store.ReadLastAsync(account, Ct))!.Sequence);
            }
        }));
    }

    [Fact]
    public async Task Read_ThatFailsAmongOthersThatWait_FailsAlone()
    {
        await WriteAsync("rep/ann");
        var held = HoldAsync();
        var before = _pool.ReadAsync(Accounts, Ct);
        var wrong = _pool.ReadAsync<int>(_ => throw new InvalidOperationException("a bug"), Ct);
        var between = _pool.ReadAsync(Accounts, Ct);
        var damaged = _pool.ReadAsync(reader => Count(reader, "SELECT count(*) FROM nothing"), Ct);
        var next = _pool.ReadAsync(Accounts, Ct);
        _release.Set();

        Assert.Equal((1L, 1L, 1L, 1L), (await held, await before, await between, await next));
        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => wrong)).Message);
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => damaged);
        Assert.True(refusal is { NothingWritten: true, CanContinue: true }, refusal.Message);
        Assert.Equal(1, await _pool.ReadAsync(Accounts, Ct));
    }

    [Fact]
    public async Task Read_FileThatCannotBeOpened_IsRefusedEachTime()
    {
        await using var nowhere = new ReaderPool(_file.Path + ".none", maxReaders: 1);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => nowhere.ReadAsync(Accounts, Ct));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => nowhere.ReadAsync(Accounts, Ct));
    }

    [Fact]
    public async Task Read_NobodyWaitsForAnyMore_IsNotDone()
    {
        using var leaving = new CancellationTokenSource();
        var isDone = false;
        var held = HoldAsync();
        var left = _pool.ReadAsync(_ => isDone = true, leaving.Token);
        var next = _pool.ReadAsync(Accounts, Ct);
        await leaving.CancelAsync();
        _release.Set();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        Assert.Equal((0L, 0L), (await held, await next));
        Assert.False(isDone);
    }

    [Fact]
    public async Task Read_MoreThanOneTurnServes_AreAllAnswered()
    {
        await WriteAsync("rep/ann");
        var held = HoldAsync();
        var many = Enumerable.Range(0, 1000).Select(_ => _pool.ReadAsync(Accounts, Ct)).ToList();
        _release.Set();

        Assert.All(await Task.WhenAll([held, .. many]), count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Dispose_WhileOneReadsAndOthersWait_EndsThatOneAndRefusesThem()
    {
        var held = HoldAsync();
        var waiting = Enumerable.Range(0, 3).Select(_ => _pool.ReadAsync(Accounts, Ct)).ToList();
        var closing = _pool.DisposeAsync().AsTask();
        Assert.False(closing.IsCompleted);
        _release.Set();

        await closing;
        Assert.Equal(0, await held);
        foreach (var refused in waiting.Append(_pool.ReadAsync(Accounts, Ct)))
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(() => refused);
        }
    }

    private static ReadOnlyMemory<byte> Payload => Encoding.UTF8.GetBytes("x");

    private static long Accounts(PreparedConnection reader) =>
        Count(reader, "SELECT count(*) FROM accounts");

    private static long Count(PreparedConnection reader, string sql)
    {
        var statement = reader.Prepare(sql);
        statement.Step();
        return statement.Int64(0);
    }

    /// <summary>Begins a read that has seen the file, and goes on when it is released.</summary>
    private Task<long> HoldAsync()
    {
        var held = _pool.ReadAsync(
            reader =>
            {
                var count = Accounts(reader);
                _reading.Set();
                _release.Wait(Ct);
                return count;
            },
            Ct);
        _reading.Wait(Ct);
        return held;
    }

    private async Task WriteAsync(string account) =>
        Assert.Equal(new LedgerAppendResult.Appended(1), await _store.AppendAsync(account, 0, [Payload], Ct));
}
