using Commission.Client;
using Commission.Client.Documents;
using Commission.Contracts.V1;
using Commission.Embedded.Hosting;
using Commission.Load.Events;
using Commission.Silo.Hosting;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using MethodDescriptor = Google.Protobuf.Reflection.MethodDescriptor;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Commission.Load;

/// <summary>
/// A silo in this process, with the sample company's documents or without any, and an empty log, on a store of its own.
/// </summary>
internal sealed class LoadSilo : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LoadSilo(WebApplication app, ILoadStore store)
    {
        (_app, Store) = (app, store);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Channel = new RpcChannel(new Uri(addresses.First()));
    }

    /// <summary>To its gRPC port.</summary>
    public RpcChannel Channel { get; }

    /// <summary>Its own.</summary>
    public ILoadStore Store { get; }

    /// <summary>Its grains.</summary>
    public EmbeddedGrainRuntime Grains => _app.Services.GetRequiredService<EmbeddedGrainRuntime>();

    /// <summary>Starts it on SQLite, with the sample company.</summary>
    public static Task<LoadSilo> StartAsync() => StartAsync(new SqliteLoadStore());

    /// <summary>Starts it with the sample company.</summary>
    /// <param name="store">An empty one, which ends with the silo.</param>
    public static async Task<LoadSilo> StartAsync(ILoadStore store)
    {
        var silo = await StartEmptyAsync(store);
        await PutDocumentsAsync(silo.Channel);
        return silo;
    }

    /// <summary>Starts it without any plans and payees.</summary>
    /// <param name="store">An empty one, which ends with the silo.</param>
    public static async Task<LoadSilo> StartEmptyAsync(ILoadStore store)
    {
        var app = await SiloHost.BuildAsync([], new Dictionary<string, string?>(store.Settings, StringComparer.Ordinal)
        {
            ["Commission:BusinessDate"] = "2020-06-30",
            ["Commission:Listen:GrpcPort"] = "0",
            ["Commission:Listen:JsonPort"] = "0",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        });
        await app.StartAsync();
        return new LoadSilo(app, store);
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
        await Store.DisposeAsync();
    }
}
