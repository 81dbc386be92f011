using Commission.Contracts.Grains;
using Commission.Embedded.Hosting;
using Commission.Gateway.Grpc;
using Commission.Gateway.Grpc.Http;
using Commission.Gateway.Grpc.Rpc;
using Commission.Grains;
using Commission.Grains.Shards;
using Commission.Silo.Configuration;
using Commission.Storage;

namespace Commission.Silo.Hosting;

/// <summary>The default build: grains on the embedded runtime, protocols of our own on Kestrel.</summary>
internal static class Composition
{
    /// <summary>Whether there may be other silos on the same store: this process has it for itself.</summary>
    public const bool HasOtherSilos = false;

    /// <summary>Adds the grain runtime; no setting concerns it.</summary>
    public static void AddGrains(WebApplicationBuilder builder, SiloSettings settings)
    {
        builder.Services.AddEmbeddedGrains(options => options
            .AddGrainsFrom(typeof(ShardGrain).Assembly)
            .AddMemoryStreams(StreamNames.Provider)
            .AddGrainStorage(
                GrainStorageNames.Default,
                services => new StoredGrainState(services.GetRequiredService<IGrainStateStore>())));
        builder.Services.AddHostedService<ShardStarter>();
        builder.Services.AddHostedService<RolloutStarter>();
    }

    /// <summary>The refusal, if a grain has more calls than it takes on; null for anything else.</summary>
    public static Refusal? RefusalOf(Exception failure) => failure is GrainOverloadedException
        ? new Refusal(RefusalReason.Overloaded, "", "Too many calls wait for the same payee or deal; try again.")
        : null;

    /// <summary>How many grains are active in this process; null where the runtime measures that itself.</summary>
    public static Func<int>? ActiveGrains(IServiceProvider services)
    {
        var runtime = services.GetRequiredService<EmbeddedGrainRuntime>();
        return () => runtime.ActivationCount;
    }

    /// <summary>Serves the methods.</summary>
    public static void Map(WebApplication app, MethodTable table, RpcOptions options) => app.MapRpc(table, options);
}
