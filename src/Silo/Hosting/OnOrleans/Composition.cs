using Commission.Contracts.Grains;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.AspNetCore;
using Commission.Gateway.Grpc.Http;
using Commission.Grains;
using Commission.Grains.Journals;
using Commission.Silo.Configuration;
using Commission.Storage;
using Orleans.Metadata;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace Commission.Silo.Hosting;

/// <summary>The cluster build: grains on Microsoft Orleans, protocols of Grpc.AspNetCore.</summary>
internal static class Composition
{
    /// <summary>Whether there may be other silos on the same store.</summary>
    public const bool HasOtherSilos = true;

    /// <summary>Adds a silo: one of a cluster if there is a database to find the others by, else one alone.</summary>
    public static void AddGrains(WebApplicationBuilder builder, SiloSettings settings)
    {
        SiloAddresses.CheckFree(nameof(ClusterSettings.SiloPort), settings.Cluster.SiloPort);
        SiloAddresses.CheckFree(nameof(ClusterSettings.ClientPort), settings.Cluster.ClientPort);
        builder.UseOrleans(silo =>
        {
            if (settings.Store.Kind == StoreSettings.Postgres)
            {
                Clustering.Configure(silo, settings);
                ConfigureGrains(silo);
            }
            else
            {
                silo.UseLocalhostClustering(settings.Cluster.SiloPort, settings.Cluster.ClientPort);
                ConfigureSilo(silo);
            }
        });
        builder.Services.AddCommissionGrpc();
        builder.Services.AddHostedService<ShardStarter>();
        builder.Services.AddHostedService<RolloutStarter>();
    }

    /// <summary>What a silo has that keeps nothing of Orleans' own; tests use it too.</summary>
    public static void ConfigureSilo(ISiloBuilder silo)
    {
        silo.AddMemoryGrainStorage(Clustering.Subscriptions);
        ConfigureGrains(silo);
    }

    /// <summary>What every silo has, however it finds the others.</summary>
    private static void ConfigureGrains(ISiloBuilder silo)
    {
        silo.Services.AddGrainStorage(
            GrainStorageNames.Default,
            static (services, _) => new StoredGrainState(services.GetRequiredService<IGrainStateStore>()));
        // What a call causes in grains is in its trace.
        silo.AddActivityPropagation();
        silo.AddMemoryStreams(StreamNames.Provider);
        silo.AddPlacementDirector<ShardPlacement, ShardDirector>();
        silo.Services.AddSingleton<IGrainPropertiesProvider, GrainPlacement>();
        silo.AddGrainService<LiveAccountsService>();
        silo.Services.AddSingleton<IOtherSilos, OtherSilos>();
        AddSerialization(silo.Services);
    }

    /// <summary>
    /// What silos and clients outside of them must agree on: messages are protobuf's, our exceptions keep their types.
    /// </summary>
    public static void AddSerialization(IServiceCollection services)
    {
        services.AddSerializer();
        services.AddSingleton<MessageCodecs>();
        services.AddSingleton<ISpecializableCodec>(Messages);
        services.AddSingleton<ISpecializableCopier>(Messages);
        services.AddSingleton<ITypeFilter>(Messages);
        services.Configure<ExceptionSerializationOptions>(
            options => options.SupportedNamespacePrefixes.Add(nameof(Commission)));
        static MessageCodecs Messages(IServiceProvider provider) => provider.GetRequiredService<MessageCodecs>();
    }

    /// <summary>
    /// The refusal, if a grain or silo has more calls than it takes on, or can't be reached; null for anything else.
    /// </summary>
    public static Refusal? RefusalOf(Exception failure) => CallFailures.RefusalOf(failure);

    /// <summary>How many grains are active in this process; null where the runtime measures that itself.</summary>
    public static Func<int>? ActiveGrains(IServiceProvider services) => null;

    /// <summary>Serves the methods.</summary>
    public static void Map(WebApplication app, MethodTable table, RpcOptions options)
    {
        app.UseGrpcWebCalls();
        app.MapRpc(table, options);
    }
}
