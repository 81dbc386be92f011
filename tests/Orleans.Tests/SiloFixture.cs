using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Hosting;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace Commission.Orleans.Tests;

/// <summary>The silo as it is shipped, on free ports and a store of its own, and our client connected to it.</summary>
public sealed class SiloFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("commission-").FullName;
    private readonly TestClusterPortAllocator _ports = new();
    private WebApplication _silo = null!;
    private RpcChannel _channel = null!;

    public static MethodDescriptor Record => Method(DealsReflection.Descriptor, "Record");

    public static MethodDescriptor RecordStream => Method(DealsReflection.Descriptor, "RecordStream");

    public static MethodDescriptor GetEstimate => Method(EarningsReflection.Descriptor, "GetEstimate");

    public static MethodDescriptor PreviewDeal => Method(EarningsReflection.Descriptor, "PreviewDeal");

    public static MethodDescriptor WatchEstimate => Method(EarningsReflection.Descriptor, "WatchEstimate");

    public RpcChannel Channel => _channel;

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        await CallAsync<PublishPlanRequest, PublishedPlan>(
            Method(PlansReflection.Descriptor, "Publish"), new PublishPlanRequest { Text = Sales.PlanText });
        foreach (var rep in Sales.Reps)
        {
            await CallAsync<Rep, PutRepReply>(Method(RepsReflection.Descriptor, "Put"), Sales.Rep(rep));
        }

        foreach (var territory in Sales.Territories())
        {
            await CallAsync<Territory, PutTerritoryReply>(Method(TerritoriesReflection.Descriptor, "Put"), territory);
        }
    }

    /// <summary>Stops the silo and starts another on the same store.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public Task<TRes> CallAsync<TReq, TRes>(MethodDescriptor method, TReq request)
        where TReq : class, IMessage<TReq>
        where TRes : class, IMessage<TRes>, new() => _channel.UnaryAsync<TReq, TRes>(method, request);

    private static MethodDescriptor Method(FileDescriptor file, string name) => file.Services[0].FindMethodByName(name);

    private async Task StartAsync()
    {
        var (silo, client) = _ports.AllocateConsecutivePortPairs(1);
        _silo = await SiloHost.BuildAsync([], new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Commission:Shards"] = "4",
            ["Commission:BusinessDate"] = "2026-03-31",
            ["Commission:Store:Folder"] = _folder,
            ["Commission:Listen:GrpcPort"] = "0",
            ["Commission:Listen:JsonPort"] = "0",
            ["Commission:Cluster:SiloPort"] = $"{silo}",
            ["Commission:Cluster:ClientPort"] = $"{client}",
            ["Logging:LogLevel:Default"] = "None",
            ["Logging:LogLevel:Microsoft"] = "None",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "None",
            ["Logging:LogLevel:Orleans"] = "None",
            ["Logging:LogLevel:Orleans.Runtime.MembershipService.MembershipTableManager"] = "None",
        });
        await _silo.StartAsync();
        var addresses = _silo.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        _channel = new RpcChannel(new Uri(addresses.First()));
    }

    private async Task StopAsync()
    {
        _channel.Dispose();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }
}
