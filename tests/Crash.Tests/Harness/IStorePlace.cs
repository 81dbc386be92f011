using Commission.Silo.Tests.Hosts;
using Commission.Storage;
using Commission.Storage.Tests.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Commission.Crash.Tests.Harness;

/// <summary>Where a silo's store is, and how it is read while no silo has it open.</summary>
internal interface IStorePlace
{
    /// <summary>The command that "dotnet" is called by.</summary>
    string[] Command => ["dotnet"];

    /// <summary>The silo's settings for it.</summary>
    string[] Settings { get; }

    /// <summary>The silo's program.</summary>
    string Program => Path.Combine(AppContext.BaseDirectory, "Commission.Silo.dll");

    /// <summary>What calls to the silo go through; null: what they would anyway.</summary>
    HttpMessageHandler? Handler => null;

    /// <summary>
    /// Opens the store as the last silo left it: by the name that <see cref="StoreUpkeep"/> takes, and as a log.
    /// </summary>
    Task OpenAsync(Func<string, IDealLog, Task> use);
}

/// <summary>A SQLite file in a folder, which the silo may see under another name than this process.</summary>
internal sealed class SqlitePlace(string folder, string? seenAs = null, params string[] prefix) : IStorePlace
{
    public string[] Command { get; } = [.. prefix, "dotnet"];

    public string[] Settings { get; } = ["--Commission:Store:Folder", folder];

    public string File { get; } = Path.Combine(seenAs ?? folder, "commission.db");

    public async Task OpenAsync(Func<string, IDealLog, Task> use)
    {
        // A copy: to recover from the crash is left to the next silo.
        using var scratch = new Scratch();
        var copy = Path.Combine(scratch.Folder, "commission.db");
        foreach (var part in new[] { "", "-wal" }.Where(part => System.IO.File.Exists(File + part)))
        {
            System.IO.File.Copy(File + part, copy + part);
        }

        var options = new SqliteStoreOptions { Path = copy };
        await using var store = await SqliteStore.OpenAsync(options, NullLogger.Instance, CancellationToken.None);
        await use(copy, store);
    }
}

/// <summary>A database of a PostgreSQL server.</summary>
internal sealed class PostgresPlace(PostgresServer server, string database) : IStorePlace
{
    private readonly string _address = server.AddressOf(database);

    public string[] Settings =>
        ["--Commission:Store:Kind", "postgres", "--Commission:Store:ConnectionString", _address];

    public async Task OpenAsync(Func<string, IDealLog, Task> use)
    {
        var options = new PostgresStoreOptions { ConnectionString = _address };
        await using var store = await PostgresStore.OpenAsync(options, NullLogger.Instance, CancellationToken.None);
        await use(_address, store);
    }
}
