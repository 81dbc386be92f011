using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Commission.Client;
using Commission.Storage;
using Npgsql;

namespace Commission.Cluster;

/// <summary>What is measured.</summary>
/// <param name="Name">For people.</param>
/// <param name="Program">The Commission.Silo.dll of a build.</param>
/// <param name="Silos">How many.</param>
internal sealed record Setup(string Name, string Program, int Silos);

/// <summary>Silos as processes of their own, on a new database.</summary>
internal sealed partial class SiloSet : IAsyncDisposable
{
    private const int FirstSiloPort = 21411;
    private readonly List<Process> _processes = [];
    private readonly List<RpcChannel> _channels = [];

    /// <summary>One to each silo.</summary>
    public IReadOnlyList<RpcChannel> Channels => _channels;

    /// <summary>Processor time of all silos until now.</summary>
    public TimeSpan Processor => _processes.Aggregate(TimeSpan.Zero, (sum, process) =>
    {
        process.Refresh();
        return sum + process.TotalProcessorTime;
    });

    /// <summary>Starts them; returns when all listen.</summary>
    public static async Task<SiloSet> StartAsync(Setup setup, string postgres)
    {
        var database = await CreateDatabaseAsync(postgres);
        var set = new SiloSet();
        try
        {
            for (var i = 0; i < setup.Silos; i++)
            {
                await set.AddAsync(setup.Program, database, FirstSiloPort + i);
            }

            return set;
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _channels.ForEach(channel => channel.Dispose());
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private static async Task<string> CreateDatabaseAsync(string postgres)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"commission_bench_{Guid.NewGuid():N}");
        await using var server = NpgsqlDataSource.Create(postgres);
#pragma warning disable CA2100 // the name is made just above
        await using var create = server.CreateCommand($"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'");
#pragma warning restore CA2100
        await create.ExecuteNonQueryAsync();
        var address = new NpgsqlConnectionStringBuilder(postgres) { Database = name }.ConnectionString;
        await PostgresSchema.MigrateAsync(address, CancellationToken.None);
        return address;
    }

    private async Task AddAsync(string program, string database, int port)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet",
        [
            program, "--Commission:Store:Kind", "postgres", "--Commission:Store:ConnectionString", database,
            "--Commission:BusinessDate", "2020-06-30", "--Commission:Cluster:AdvertisedAddress", "127.0.0.1",
            "--Commission:Cluster:SiloPort", $"{port}", "--Commission:Listen:GrpcPort", "0",
            "--Commission:Listen:JsonPort", "0", "--Logging:LogLevel:Default", "Warning",
        ])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        })!;
        _processes.Add(process);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = process.StandardOutput.BaseStream.CopyToAsync(Console.OpenStandardError());
                _channels.Add(new RpcChannel(new Uri(match.Groups["address"].Value)));
                return;
            }
        }

        throw new InvalidOperationException("A silo ended before it listened.");
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://[0-9.:]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();
}
