using System.Net;
using Commission.Contracts.Grains;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.AspNetCore;
using Commission.Grains;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.Serialization;

namespace Commission.Silo.Hosting;

/// <summary>The cluster build: grains on Microsoft Orleans, protocols of Grpc.AspNetCore.</summary>
internal static class Composition
{
    /// <summary>Adds a silo. One machine for now: clustering and grain state in PostgreSQL are the cluster's own step.</summary>
    public static void AddGrains(WebApplicationBuilder builder)
    {
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering();
            ConfigureSilo(silo);
        });
        builder.Services.AddCommissionGrpc();
        builder.Services.AddHostedService<ShardStarter>();
    }

    /// <summary>What every silo has, however it finds the others; tests use it too.</summary>
    public static void ConfigureSilo(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(GrainStorageNames.Default);
        silo.AddMemoryGrainStorage("PubSubStore");
        silo.AddMemoryStreams(StreamNames.Provider);
        silo.Services.AddSerializer(serializer => serializer.AddProtobufSerializer());
    }

    /// <summary>Opens the ports.</summary>
    public static void Listen(KestrelServerOptions kestrel, IPEndPoint grpc, IPEndPoint json)
    {
        kestrel.Listen(grpc, options => options.Protocols = HttpProtocols.Http2);
        kestrel.Listen(json, options => options.Protocols = HttpProtocols.Http1);
    }

    /// <summary>Serves the methods.</summary>
    public static void Map(WebApplication app, MethodTable table) => app.MapCommissionGrpc(table);
}
