using System.Globalization;
using Commission.Crash.Tests.Harness;
using Commission.Storage;

namespace Commission.Orleans.Tests.Crash;

/// <summary>Where one silo of a cluster runs: on this machine's loopback address.</summary>
/// <param name="store">The database that it shares with the others.</param>
/// <param name="port">Where other silos reach it.</param>
internal sealed class LoopbackPlace(IStorePlace store, int port) : IStorePlace
{
    public string[] Settings =>
    [
        .. store.Settings,
        "--Commission:Cluster:AdvertisedAddress", "127.0.0.1",
        "--Commission:Cluster:SiloPort", port.ToString(CultureInfo.InvariantCulture),
    ];

    public Task OpenAsync(Func<string, IDealLog, Task> use) => store.OpenAsync(use);
}

/// <summary>Where one silo of a cluster runs: on a node of a network of the test's own.</summary>
/// <param name="store">The database that it shares with the others, as this process reaches it.</param>
/// <param name="database">Its name.</param>
/// <param name="network">The network.</param>
/// <param name="node">Which node.</param>
internal sealed class NodePlace(IStorePlace store, string database, SiloNetwork network, int node) : IStorePlace
{
    public string[] Command => [.. network.Inside(node), "dotnet"];

    public string[] Settings =>
    [
        .. store.Settings,
        "--Commission:Store:ConnectionString",
        $"Host={network.Outside};Database={database};Username=commission;Password=never-shown;Timeout=5",
        "--Commission:Cluster:AdvertisedAddress", network.AddressOf(node),
    ];

    public HttpMessageHandler Handler => network.HandlerInside(node);

    public Task OpenAsync(Func<string, IDealLog, Task> use) => store.OpenAsync(use);
}
