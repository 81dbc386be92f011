using System.Text.RegularExpressions;
using Commission.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Cli.Tests;

/// <summary>`commission store check`, `export` and `import`.</summary>
public sealed class StoreUpkeepTests : IDisposable
{
    private readonly Shell _shell = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _shell.Dispose();

    [Fact]
    public async Task Check_SoundStore_CountsAndEndsWith0()
    {
        var ran = await Shell.OfflineAsync("store", "check", "--store", await StoreAsync());

        Assert.Equal((ExitCode.Ok, ""), (ran.Code, ran.Error));
        Assert.Equal(
            """
            2 events in 1 shards, 1,200 ledger records in 1 accounts, 1 versions of documents, 1 states.
            No problems.

            """,
            ran.Out);
    }

    [Fact]
    public async Task Check_Damage_IsOneLineEachAndEndsWith1()
    {
        var store = await StoreAsync();
        Execute(store, "DELETE FROM event_ids WHERE event_id = 'e2'; UPDATE grain_state SET state = x'00'");

        var ran = await Shell.OfflineAsync("store", "check", "--store", store);

        Assert.Equal((ExitCode.Findings, ""), (ran.Code, ran.Error));
        Assert.Equal(
            """
            event_ids, shard 3, number 2: the record's event id acme/e2 is missing
            grain_state, state cursor/k, number 1: the record does not match its checksum
            2 events in 1 shards, 1,200 ledger records in 1 accounts, 1 versions of documents, 1 states.
            2 problems.

            """,
            ran.Out);
    }

    [Fact]
    public async Task ExportAndImport_IntoANewFile_CheckClean()
    {
        var (file, copy) = (_shell.File("all.export"), _shell.File("copy.db"));

        var exported = await Shell.OfflineAsync("store", "export", "--store", await StoreAsync(), file);
        var imported = await Shell.OfflineAsync("store", "import", "--store", copy, file);
        var again = await Shell.OfflineAsync("store", "import", "--store", copy, file);
        var check = await Shell.OfflineAsync("store", "check", "--store", copy);

        Assert.Equal((ExitCode.Ok, ""), (exported.Code, exported.Error));
        Assert.StartsWith($"{file}: 2 events in 1 shards", exported.Out, StringComparison.Ordinal);
        Assert.StartsWith("Imported 2 events in 1 shards", imported.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Refused, again.Code);
        Assert.Contains("is not empty", again.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Ok, check.Code);
    }

    [Fact]
    public async Task Export_DamagedStore_MakesNoFileAndEndsWith1()
    {
        var (store, file) = (await StoreAsync(), _shell.File("all.export"));
        Execute(store, "DELETE FROM deal_log");

        var ran = await Shell.OfflineAsync("store", "export", "--store", store, file);

        Assert.Equal(ExitCode.Findings, ran.Code);
        Assert.Contains("2 problems: nothing was exported.", ran.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Import_OtherFile_IsRefusedWithItsLine()
    {
        var file = _shell.Write("notes.txt", "hello\n");

        var ran = await Shell.OfflineAsync("store", "import", "--store", _shell.File("copy.db"), file);

        Assert.Equal(ExitCode.Findings, ran.Code);
        Assert.Equal($"{file}, line 1: this is no export of a store, or damaged.\n", ran.Error);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("export", "some.export")]
    public async Task Upkeep_ServerOutOfReach_EndsWith3AndShowsNoPassword(params string[] command)
    {
        var ran = await Shell.OfflineAsync(
            ["store", .. command, "--store", "postgres://ann:hunter2@127.0.0.1:1/pay"]);

        Assert.Equal(ExitCode.Unreachable, ran.Code);
        Assert.Contains("database pay on 127.0.0.1:1", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", ran.Out + ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Host=db;Password=a;hunter2")]
    [InlineData("no/such/store.db")]
    public async Task Check_NoStore_IsWrongUsageAndShowsNoPassword(string store)
    {
        var ran = await Shell.OfflineAsync("store", "check", "--store", store);

        Assert.Equal(ExitCode.Usage, ran.Code);
        Assert.NotEmpty(ran.Error);
        Assert.DoesNotContain("hunter2", ran.Out + ran.Error, StringComparison.Ordinal);
    }

    /// <summary>What docs/operating.md shows, one command after the other; numbers are another store's.</summary>
    [Fact]
    public async Task Operating_ItsCommands_PrintWhatItShows()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Shell.Repository, "docs", "operating.md"), Ct);
        var consoles = page.Split("## Verify")[0].Split("```").Where(
            block => block.StartsWith("console\n", StringComparison.Ordinal));
        var shown = string.Concat(consoles.Select(block => block["console\n".Length..]));
        File.Move(await StoreAsync(), _shell.Write("data/commission.db", ""), overwrite: true);
        _shell.Write("restored/.keep", "");

        var printed = "";
        foreach (var line in shown.Split('\n').Where(line => line.StartsWith("$ ", StringComparison.Ordinal)))
        {
            var args = line.Split(' ')[2..].Select(
                arg => Path.HasExtension(arg) ? _shell.File(arg) : arg).ToArray();
            var ran = await Shell.OfflineAsync(args);
            Assert.Equal((ExitCode.Ok, ""), (ran.Code, ran.Error));
            var output = ran.Out.Replace(_shell.File("") + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
            printed += $"{line}\n{output}";
        }

        Assert.Equal(WithoutCounts(shown), WithoutCounts(printed));
    }

    private static string WithoutCounts(string text) => Regex.Replace(
        text, "[0-9,]+ (?=[a-z])", "# ", RegexOptions.None, TimeSpan.FromSeconds(1));

    private static void Execute(string store, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={store};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the tests' own constants
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private async Task<string> StoreAsync()
    {
        var path = _shell.File("store.db");
        await using var store = await SqliteStore.OpenAsync(new() { Path = path }, NullLogger.Instance, Ct);
        LogEntry[] events = [Event("e1"), Event("e2")];
        await store.AppendAsync(3, 0, events, Ct);
        await store.AppendAsync("rep/ann", 0, [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(new byte[9], 1_200)], Ct);
        await store.WriteStateAsync("cursor", "k", null, new byte[2], Ct);
        await store.PutAsync("acme", "rep", "ann", null, new byte[3], Ct);
        return path;
    }

    private static LogEntry Event(string id) => new("acme", id, new byte[32], new byte[5], DateTimeOffset.UnixEpoch);
}
