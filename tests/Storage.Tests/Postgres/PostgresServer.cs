using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Commission.Storage.Tests.Postgres;

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder, on a Unix socket only. It syncs as a real one does.
/// It refuses to run as root: then it runs as the user that Debian's package makes.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>A database with the current tables, to copy.</summary>
    public const string Template = "commission_template";

    private const string Empty = """
        DELETE FROM commission.deal_log; DELETE FROM commission.event_ids; DELETE FROM commission.ledger;
        DELETE FROM commission.grain_state; DELETE FROM commission.catalog; DELETE FROM commission.catalog_latest;
        """;

    private const string UserOfDebian = "postgres";
    private readonly string _programs;
    private readonly string _folder;
    private readonly ConcurrentBag<string> _idle = [];
    private Process? _guard;
    private int _databases;

    private PostgresServer(string programs, string folder)
    {
        _programs = programs;
        _folder = folder;
    }

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "log");

    /// <summary>Makes a cluster and starts it; its template has the current tables.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer(FindPrograms(), Directory.CreateTempSubdirectory("commission-pg-").FullName);
        try
        {
            await server.CreateAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server and waits until it answers; after a kill it recovers first.</summary>
    public async Task RunAsync(string settings = "")
    {
        var options = $"-k {_folder} -h '' {settings}";
        var code = await CallAsync("pg_ctl", "start", "--wait", "-D", Data, "-l", Log, "-o", options);
        if (code != 0)
        {
            throw new InvalidOperationException(await File.ReadAllTextAsync(Log));
        }
    }

    /// <summary>Stops the server: "fast" as an operator does, "immediate" as a crash does.</summary>
    public Task StopAsync(string mode) => DoAsync("pg_ctl", "stop", "--wait", "-D", Data, "-m", mode);

    /// <summary>The address of a database.</summary>
    public string AddressOf(string database) =>
        $"Host={_folder};Database={database};Username=commission;Password=never-shown;Timeout=5";

    /// <summary>
    /// An empty database with the current tables. One that was handed back is cheaper than a new one.
    /// </summary>
    public async Task<string> BorrowDatabaseAsync() =>
        _idle.TryTake(out var name) ? name : await CreateDatabaseAsync(Template);

    /// <summary>Takes a borrowed database back, its tables as they were made.</summary>
    public async Task ReturnDatabaseAsync(string name)
    {
        await ExecuteAsync(name, Empty);
        _idle.Add(name);
    }

    /// <summary>A database of the test's own: a copy of another, or without any tables.</summary>
    public async Task<string> CreateDatabaseAsync(string template = "template0", string options = "")
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} TEMPLATE {template} {options}");
        return name;
    }

    /// <summary>Runs a statement behind the stores' backs.</summary>
    public async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(AddressOf(database) + ";Pooling=false");
        await connection.OpenAsync();
#pragma warning disable CA2100 // the tests' own constants
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
        {
            _guard.StandardInput.Close();
            await _guard.WaitForExitAsync();
            _guard.Dispose();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task CreateAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", [UserOfDebian, _folder]);
            await chown.WaitForExitAsync();
        }

        await DoAsync(
            "initdb", "-D", Data, "-U", "commission", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        Guard();
        await RunAsync();
        await ExecuteAsync("postgres", $"CREATE DATABASE {Template} TEMPLATE template0");
        await PostgresSchema.MigrateAsync(AddressOf(Template), CancellationToken.None);
    }

    /// <summary>
    /// A process that outlives this one, should it be killed, by the time it takes to stop the server. It does not heed
    /// the signals that end a whole group of processes.
    /// </summary>
    private void Guard()
    {
        var stop = $"cat; '{_programs}/pg_ctl' stop -D '{Data}' -m immediate; rm -rf '{_folder}'";
        var command = Command("/bin/sh", "-c", stop);
        command.ArgumentList[1] = "trap '' HUP INT TERM; " + command.ArgumentList[1];
        _guard = Process.Start(command);
    }

    private async Task DoAsync(string program, params string[] arguments)
    {
        if (await CallAsync(program, arguments) is not 0 and var code)
        {
            throw new InvalidOperationException($"{program} ended with {code}.");
        }
    }

    private async Task<int> CallAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Command(Path.Combine(_programs, program), arguments))!;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static ProcessStartInfo Command(string program, params string[] arguments)
    {
        string[] prefix = Environment.IsPrivilegedProcess ? ["runuser", "-u", UserOfDebian, "--"] : [];
        string[] command = [.. prefix, program, .. arguments];
        // Output goes to nowhere: a server that inherits a pipe would keep its reader waiting.
        return new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1", .. command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
    }

    private static string FindPrograms()
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(Version)
                .Select(version => Path.Combine(version, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var found = debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
        return found ?? throw new InvalidOperationException(
            "This starts a PostgreSQL server of its own, and none is installed: apt-get install postgresql");
    }

    private static int Version(string folder) =>
        int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0;
}
