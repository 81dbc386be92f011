using Commission.Client;
using Commission.Client.Documents;
using Commission.Contracts.V1;
using Commission.Silo.Hosting;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using MethodDescriptor = Google.Protobuf.Reflection.MethodDescriptor;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Commission.Load;

/// <summary>
/// A silo in this process, with the sample company's documents and an empty log, on a store of its own.
/// </summary>
internal sealed class LoadSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private LoadSilo(WebApplication app, string folder)
    {
        (_app, _folder) = (app, folder);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Channel = new RpcChannel(new Uri(addresses.First()));
    }

    /// <summary>To its gRPC port.</summary>
    public RpcChannel Channel { get; }

    /// <summary>Bytes of the store's files.</summary>
    public long StoreBytes => Directory.EnumerateFiles(_folder).Sum(file => new FileInfo(file).Length);

    /// <summary>Rows of the log and of the accounts, and the bytes of what they hold.</summary>
    public async Task<(long Rows, long Bytes)> ContentAsync()
    {
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(_folder, "commission.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT sum(rows), sum(bytes) FROM (
              SELECT count(*) AS rows, sum(length(payload)) AS bytes FROM deal_log
              UNION ALL SELECT count(*), sum(length(payload)) FROM ledger)
            """;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Starts it.</summary>
    public static async Task<LoadSilo> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("commission-load").FullName;
        var app = await SiloHost.BuildAsync([], new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Commission:Store:Folder"] = folder,
            ["Commission:BusinessDate"] = "2020-06-30",
            ["Commission:Listen:GrpcPort"] = "0",
            ["Commission:Listen:JsonPort"] = "0",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        await app.StartAsync();
        var silo = new LoadSilo(app, folder);
        await PutDocumentsAsync(silo.Channel);
        return silo;
    }

    /// <summary>Puts the sample company's documents.</summary>
    /// <param name="channel">To a silo that has none.</param>
    public static async Task PutDocumentsAsync(RpcChannel channel)
    {
        var samples = Path.Combine(AppContext.BaseDirectory, "samples", "adventureworks");
        foreach (var plan in DocumentFolder.LoadPlans(samples))
        {
            await PutAsync<PublishPlanRequest, PublishedPlan>(
                PlansReflection.Descriptor.Services[0].FindMethodByName("Publish"), plan.Request);
        }

        foreach (var rep in DocumentFolder.LoadReps(samples).Value!)
        {
            await PutAsync<Rep, PutRepReply>(RepsReflection.Descriptor.Services[0].FindMethodByName("Put"), rep);
        }

        foreach (var territory in DocumentFolder.LoadTerritories(samples).Value!)
        {
            await PutAsync<Territory, PutTerritoryReply>(
                TerritoriesReflection.Descriptor.Services[0].FindMethodByName("Put"), territory);
        }

        Task<TRes> PutAsync<TReq, TRes>(MethodDescriptor method, TReq request)
            where TReq : class, IMessage<TReq>, new()
            where TRes : class, IMessage<TRes>, new() => channel.UnaryAsync<TReq, TRes>(method, request);
    }

    /// <summary>One call.</summary>
    public Task<TRes> CallAsync<TReq, TRes>(ServiceDescriptor service, string method, TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        Channel.UnaryAsync<TReq, TRes>(service.FindMethodByName(method), request);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
