using System.Globalization;
using Orleans.TestingHost;

namespace Commission.Silo.Tests.Hosts;

/// <summary>Settings of the ports between silos: each silo has its own, and is a cluster of one.</summary>
internal static class ClusterPorts
{
    // Never given back: ports of a silo that has stopped may still be in use for a while.
    private static readonly TestClusterPortAllocator Ports = new();

    /// <summary>Those of one more silo on this machine.</summary>
    public static string[] Take()
    {
        var (silo, client) = Ports.AllocateConsecutivePortPairs(1);
        return
        [
            "--Commission:Cluster:SiloPort", silo.ToString(CultureInfo.InvariantCulture),
            "--Commission:Cluster:ClientPort", client.ToString(CultureInfo.InvariantCulture),
        ];
    }
}
