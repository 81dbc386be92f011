using System.Globalization;
using Commission.Bench;
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
internal sealed class SiloSet : IAsyncDisposable
{
    private const int FirstSiloPort = 21411;
    private readonly List<ServerProcess> _processes = [];
    private readonly List<RpcChannel> _channels = [];

    /// <summary>One to each silo.</summary>
    public IReadOnlyList<RpcChannel> Channels => _channels;

    /// <summary>Processor time of all silos until now.</summary>
    public TimeSpan Processor =>
        _processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Usage().Processor);

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
            await process.DisposeAsync();
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
        var process = await ServerProcess.StartAsync(
            program,
            "--Commission:Store:Kind", "postgres", "--Commission:Store:ConnectionString", database,
            "--Commission:BusinessDate", Company.Today, "--Commission:Cluster:AdvertisedAddress", "127.0.0.1",
            "--Commission:Cluster:SiloPort", $"{port}", "--Commission:Listen:GrpcPort", "0",
            "--Commission:Listen:JsonPort", "0", "--Logging:LogLevel:Default", "Warning");
        _processes.Add(process);
        _channels.Add(new RpcChannel(process.Address));
    }
}
