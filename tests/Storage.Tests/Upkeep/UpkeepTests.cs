using System.Text;
using Commission.Storage.Tests.Conformance;

namespace Commission.Storage.Tests.Upkeep;

/// <summary>What operators do with a store of either kind.</summary>
public abstract class UpkeepTests : IAsyncLifetime
{
    private static readonly StoreCounts Filled = new(2, 5, 3, 8, 2, 2, 5);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("commission-export-");
    private int _rounds;

    protected UpkeepTarget Target { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => Target = await MakeAsync();

    public async ValueTask DisposeAsync()
    {
        await Target.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Check_SoundStore_CountsEverythingAndFindsNothing()
    {
        await Target.FillAsync(Ct);

        Assert.Empty(await ProblemsAsync());
        Assert.Equal(Filled, await StoreUpkeep.CheckAsync(Target.Address, _ => { }, Ct));
    }

    [Fact]
    public async Task Check_EmptyStore_FindsNothing()
    {
        await (await Target.OpenAsync()).Store.DisposeAsync();

        Assert.Empty(await ProblemsAsync());
    }

    [Fact]
    public async Task Check_WhileTheStoreIsWritten_SeesOneMomentAndDisturbsNobody()
    {
        await Target.FillAsync(Ct);
        var (faces, store) = await Target.OpenAsync();
        await using var closing = store;
        using var done = new CancellationTokenSource();
        var writing = Task.Run(() => WriteUntilAsync(faces, done.Token), Ct);
        for (var checks = 0; (checks < 10 || Volatile.Read(ref _rounds) < 10) && !writing.IsCompleted; checks++)
        {
            Assert.Empty(await ProblemsAsync());
        }

        await done.CancelAsync();
        await writing;
        Assert.Empty(await ProblemsAsync());
    }

    [Fact]
    public async Task Export_ThenImportAndExportAcrossBothKinds_GivesTheSameBytes()
    {
        await Target.FillAsync(Ct);
        var first = await ExportAsync(Target);
        await using var other = await MakeOtherAsync();
        await using var back = await MakeAsync();

        Assert.Equal(Filled, await StoreUpkeep.ImportAsync(other.Address, first, Ct));
        var second = await ExportAsync(other);
        Assert.Equal(Filled, await StoreUpkeep.ImportAsync(back.Address, second, Ct));
        var third = await ExportAsync(back);

        Assert.Equal(await File.ReadAllBytesAsync(first, Ct), await File.ReadAllBytesAsync(second, Ct));
        Assert.Equal(await File.ReadAllBytesAsync(first, Ct), await File.ReadAllBytesAsync(third, Ct));
        Assert.Empty(await ProblemsAsync(other));
        Assert.Empty(await ProblemsAsync(back));
    }

    [Fact]
    public async Task Import_IntoTheOtherKind_GoesOnWhereTheFirstStoreEnded()
    {
        await Target.FillAsync(Ct);
        await using var other = await MakeOtherAsync();
        await StoreUpkeep.ImportAsync(other.Address, await ExportAsync(Target), Ct);

        var (faces, store) = await other.OpenAsync();
        await using var closing = store;
        LogEntry[] events =
            [UpkeepTarget.Event("e2"), UpkeepTarget.Event("e3", "other"), UpkeepTarget.Event("e5")];
        var appended = Assert.IsType<LogAppendResult.Accepted>(await faces.Log.AppendAsync(2, 2, events, Ct));
        Assert.Equal(
            [
                new(LogOutcome.Duplicate, new(7, 2)),
                new(LogOutcome.Conflict, new(7, 3)),
                new(LogOutcome.Appended, new(2, 3)),
            ],
            appended.Entries);
        Assert.Equal(UpkeepTarget.Time, (await faces.Log.ReadAsync(7, 0, 1, Ct))[0].RecordedAt);
        Assert.Equal(
            new LedgerAppendResult.Appended(5),
            await faces.Ledger.AppendAsync("rep/bob", 4, [new byte[1]], Ct));
        Assert.Equal(
            new LedgerAppendResult.Appended(1),
            await faces.Ledger.AppendAsync("rep/new", 0, [new byte[1]], Ct));
        Assert.Equal(
            new StateWriteResult.Written("3"),
            await faces.States.WriteStateAsync("cursor", "B", null, new byte[1], Ct));
        Assert.Equal(
            new CatalogPutResult.Unchanged(2, 3),
            await faces.Catalog.PutAsync("acme", "rep", "ann", null, UpkeepTarget.Bytes("a2"), Ct));
        Assert.Equal(
            new CatalogPutResult.Put(3, 5),
            await faces.Catalog.PutAsync("acme", "rep", "ann", 2, UpkeepTarget.Bytes("a3"), Ct));
        Assert.Empty(await ProblemsAsync(other));
    }

    [Fact]
    public async Task Import_StoreWithOneRecord_IsRefusedAndUnchanged()
    {
        await Target.FillAsync(Ct);
        var file = await ExportAsync(Target);
        await using var other = await MakeAsync();
        var (faces, store) = await other.OpenAsync();
        await faces.Ledger.AppendAsync("a", 0, [new byte[1]], Ct);
        await store.DisposeAsync();

        var refused = await Assert.ThrowsAsync<StoreNotEmptyException>(
            () => StoreUpkeep.ImportAsync(other.Address, file, Ct));

        Assert.Contains("ledger", refused.Message, StringComparison.Ordinal);
        Assert.Equal(new(0, 0, 1, 1, 0, 0, 0), await StoreUpkeep.CheckAsync(other.Address, _ => { }, Ct));
    }

    [Fact]
    public async Task Import_FileCutAnywhere_IsRefusedAndLeavesTheStoreEmpty()
    {
        await Target.FillAsync(Ct);
        var whole = await File.ReadAllBytesAsync(await ExportAsync(Target), Ct);
        var lines = Encoding.UTF8.GetString(whole).Count(letter => letter == '\n');
        await using var other = await MakeAsync();
        var lengths = Enumerable.Range(0, whole.Length)
            .Where(i => i == 0 || whole[i - 1] == '\n')
            .Append(whole.Length - 1);
        foreach (var length in lengths.SelectMany(at => new[] { at, Math.Max(at - 1, 0), at / 2 }))
        {
            var refused = await RefusalAsync(other, whole[..length]);
            Assert.InRange(refused.Line, 1, lines);
        }

        Assert.Equal(new(0, 0, 0, 0, 0, 0, 0), await StoreUpkeep.CheckAsync(other.Address, _ => { }, Ct));
        await StoreUpkeep.ImportAsync(other.Address, Write(whole), Ct);
    }

    [Fact]
    public async Task Import_LargeFileCutNearItsEnd_LeavesTheStoreEmpty()
    {
        var (faces, store) = await Target.OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            var records = Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[1_000_000], 4);
            await faces.Ledger.AppendAsync("large", i * 4, [.. records], Ct);
        }

        await store.DisposeAsync();
        var whole = await File.ReadAllBytesAsync(await ExportAsync(Target), Ct);
        await using var other = await MakeOtherAsync();

        Assert.Equal(22, (await RefusalAsync(other, whole[..^50])).Line);

        var empty = await StoreUpkeep.CheckAsync(other.Address, _ => { }, Ct);
        Assert.Equal(20, (await StoreUpkeep.ImportAsync(other.Address, Write(whole), Ct)).Entries);
        Assert.Equal(new(0, 0, 0, 0, 0, 0, 0), empty);
        Assert.Empty(await ProblemsAsync(other));
    }

    [Fact]
    public async Task Import_FlippedByte_IsRefusedWithItsLine()
    {
        await Target.FillAsync(Ct);
        var whole = await File.ReadAllBytesAsync(await ExportAsync(Target), Ct);
        await using var other = await MakeAsync();
        var random = new Random(4711);
        for (var i = 0; i < 60; i++)
        {
            var at = random.Next(whole.Length);
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << random.Next(8));

            var refused = await RefusalAsync(other, damaged);

            Assert.Equal(whole[..at].Count(value => value == '\n') + 1, refused.Line);
        }

        Assert.Equal(0, (await StoreUpkeep.CheckAsync(other.Address, _ => { }, Ct)).Events);
    }

    [Theory]
    [InlineData("a line left out")]
    [InlineData("a line twice")]
    [InlineData("two lines swapped")]
    [InlineData("a line after the last")]
    public async Task Import_LinesOtherThanWritten_IsRefused(string change)
    {
        await Target.FillAsync(Ct);
        var lines = await File.ReadAllLinesAsync(await ExportAsync(Target), Ct);
        string[] changed = change switch
        {
            "a line left out" => [.. lines[..3], .. lines[4..]],
            "a line twice" => [.. lines[..^2], lines[^2], .. lines[^2..]],
            "two lines swapped" => [.. lines[..7], lines[8], lines[7], .. lines[9..]],
            _ => [.. lines, lines[^1]],
        };
        await using var other = await MakeAsync();

        await RefusalAsync(other, Encoding.UTF8.GetBytes(string.Join('\n', changed) + "\n"));

        Assert.Equal(0, (await StoreUpkeep.CheckAsync(other.Address, _ => { }, Ct)).Events);
    }

    [Fact]
    public async Task Export_FileExists_IsRefusedAndItStays()
    {
        await Target.FillAsync(Ct);
        var file = Write([1, 2, 3]);

        await Assert.ThrowsAsync<IOException>(() => StoreUpkeep.ExportAsync(Target.Address, file, _ => { }, Ct));

        Assert.Equal(3, new FileInfo(file).Length);
    }

    [Fact]
    public async Task Export_AnotherWritesTheSameFile_IsRefusedAndTheOthersStays()
    {
        await Target.FillAsync(Ct);
        var file = NewName();
        await using var other = new FileStream(
            file + ".partial", FileMode.CreateNew, FileAccess.Write, FileShare.None);

        await Assert.ThrowsAsync<IOException>(() => StoreUpkeep.ExportAsync(Target.Address, file, _ => { }, Ct));

        Assert.True(File.Exists(file + ".partial"));
    }

    protected abstract Task<UpkeepTarget> MakeAsync();

    protected abstract Task<UpkeepTarget> MakeOtherAsync();

    protected async Task<List<string>> ProblemsAsync(UpkeepTarget? target = null)
    {
        var problems = new List<string>();
        await StoreUpkeep.CheckAsync((target ?? Target).Address, problem => problems.Add($"{problem}"), Ct);
        return problems;
    }

    /// <summary>Damages a filled store and expects exactly these problems, and no export.</summary>
    protected async Task ExpectAsync(string damage, params string[] expected)
    {
        await Target.FillAsync(Ct);
        await Target.ExecuteAsync(damage);

        var found = await ProblemsAsync();
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        var file = NewName();
        var problems = 0;
        await StoreUpkeep.ExportAsync(Target.Address, file, _ => problems++, Ct);
        Assert.Equal(expected.Length, problems);
        Assert.Empty(_folder.EnumerateFiles());
    }

    private async Task WriteUntilAsync(TestStore faces, CancellationToken done)
    {
        for (var number = 0; !done.IsCancellationRequested; number++)
        {
            var one = UpkeepTarget.Event($"live-{number}");
            await faces.Log.AppendAsync(5, number, [one, UpkeepTarget.Event("e1")], CancellationToken.None);
            await faces.Ledger.AppendAsync("rep/live", number, [new byte[10]], CancellationToken.None);
            await faces.Catalog.PutAsync("live", "rep", $"{number % 3}", null, one.Payload, CancellationToken.None);
            Interlocked.Increment(ref _rounds);
        }
    }

    private async Task<string> ExportAsync(UpkeepTarget target)
    {
        var file = NewName();
        await StoreUpkeep.ExportAsync(target.Address, file, problem => Assert.Fail($"{problem}"), Ct);
        return file;
    }

    private async Task<ExportFileException> RefusalAsync(UpkeepTarget target, byte[] export)
    {
        var file = Write(export);
        var refused = await Assert.ThrowsAsync<ExportFileException>(
            () => StoreUpkeep.ImportAsync(target.Address, file, Ct));
        Assert.StartsWith(file, refused.Message, StringComparison.Ordinal);
        return refused;
    }

    private string Write(byte[] bytes)
    {
        var file = NewName();
        File.WriteAllBytes(file, bytes);
        return file;
    }

    private string NewName() => Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.export");
}
