using System.Net;
using System.Net.Sockets;
using Commission.Silo.Configuration;
using Commission.Storage.Postgres;
using Orleans.Configuration;

namespace Commission.Silo.Hosting;

/// <summary>
/// How silos find each other: by tables of the database that their store is in, which `commission store migrate` makes.
/// </summary>
internal static class Clustering
{
    /// <summary>The name by which Orleans' streams ask for the storage of their subscriptions.</summary>
    public const string Subscriptions = "PubSubStore";

    private const string Invariant = "Npgsql";

    // After an outage of all silos, new ones wait for the old until these have not been heard of for thrice as long.
    private static readonly TimeSpan AlivePeriod = TimeSpan.FromSeconds(5);

    /// <summary>Adds membership, the storage of stream subscriptions, and reminders.</summary>
    /// <exception cref="InvalidOperationException">No address is known at which others reach this silo.</exception>
    public static void Configure(ISiloBuilder silo, SiloSettings settings)
    {
        var cluster = settings.Cluster;
        var database = PostgresAddress.Parse(settings.Store.ConnectionString).ForOrleans();
        var address = SiloAddresses.Find(cluster.AdvertisedAddress);
        silo.Configure<ClusterOptions>(options =>
        {
            options.ClusterId = cluster.ClusterId;
            options.ServiceId = cluster.ServiceId;
        });
        silo.Configure<EndpointOptions>(options => Listen(options, address, cluster));
        silo.Configure<ClusterMembershipOptions>(options => Watch(options, cluster));
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = database;
        });
        silo.AddAdoNetGrainStorage(Subscriptions, options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = database;
        });
        silo.UseAdoNetReminderService(options =>
        {
            options.Invariant = Invariant;
            options.ConnectionString = database;
        });
        Spread(silo);
    }

    /// <summary>Adds what moves grains when silos come and go; tests use it too.</summary>
    public static void Spread(ISiloBuilder silo)
    {
        silo.Services.AddHostedService<ShardMover>();
#pragma warning disable ORLEANSEXP002 // without it a silo that is added gets new payees only
        silo.AddActivationRebalancer();
#pragma warning restore ORLEANSEXP002
    }

    /// <summary>Also where the advertised address is one that only others see, such as a translated one.</summary>
    private static void Listen(EndpointOptions options, IPAddress address, ClusterSettings cluster)
    {
        var any = address.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any;
        options.AdvertisedIPAddress = address;
        options.SiloPort = cluster.SiloPort;
        options.SiloListeningEndpoint = new IPEndPoint(any, cluster.SiloPort);
        options.GatewayPort = cluster.ClientPort;
        options.GatewayListeningEndpoint = cluster.ClientPort > 0 ? new IPEndPoint(any, cluster.ClientPort) : null;
    }

    private static void Watch(ClusterMembershipOptions options, ClusterSettings cluster)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(cluster.ProbeSeconds);
        // A silo that was heard of within as many of these as there may be missed is not suspected, whatever it misses.
        options.MaxProbeTimeout = 2 * options.ProbeTimeout;
        options.NumMissedProbesLimit = cluster.MissedProbes;
        options.NumVotesForDeathDeclaration = cluster.Votes;
        options.IAmAliveTablePublishTimeout = AlivePeriod;
        options.DefunctSiloExpiration = TimeSpan.FromHours(cluster.ForgetHours);
    }
}
