using Commission.Silo.Hosting;
using Commission.Storage.Postgres;
using Commission.Storage.Tests.Postgres;
using Microsoft.AspNetCore.Builder;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests.Database;

/// <summary>A PostgreSQL server of the tests' own, and the silo as it is shipped on a database of it.</summary>
public sealed class PostgresSilo : IAsyncLifetime
{
    public const string ClusterId = "tests";

    private readonly TestClusterPortAllocator _ports = new();
    private WebApplication? _silo;

    public PostgresServer Server { get; private set; } = null!;

    public string Database { get; private set; } = "";

    /// <summary>What Orleans' providers get.</summary>
    public string ForOrleans => PostgresAddress.Parse(Server.AddressOf(Database)).ForOrleans();

    public IServiceProvider Services => _silo!.Services;

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.StartAsync();
        Database = await Server.CreateDatabaseAsync(PostgresServer.Template);
        _silo = await BuildAsync(Database);
        await _silo.StartAsync();
    }

    /// <summary>A silo on a database of the server, not yet started.</summary>
    public Task<WebApplication> BuildAsync(string database)
    {
        var (silo, _) = _ports.AllocateConsecutivePortPairs(1);
        return SiloHost.BuildAsync([], new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Commission:Shards"] = "4",
            ["Commission:Store:Kind"] = "postgres",
            ["Commission:Store:ConnectionString"] = Server.AddressOf(database),
            ["Commission:Listen:GrpcPort"] = "0",
            ["Commission:Listen:JsonPort"] = "0",
            ["Commission:Cluster:ClusterId"] = ClusterId,
            ["Commission:Cluster:AdvertisedAddress"] = "127.0.0.1",
            ["Commission:Cluster:SiloPort"] = $"{silo}",
            ["Logging:LogLevel:Default"] = "None",
            ["Logging:LogLevel:Microsoft"] = "None",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "None",
            ["Logging:LogLevel:Orleans"] = "None",
            ["Logging:LogLevel:Orleans.Runtime.MembershipService.MembershipTableManager"] = "None",
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.StopAsync();
            await _silo.DisposeAsync();
        }

        await Server.DisposeAsync();
        _ports.Dispose();
    }
}
