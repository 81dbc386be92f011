namespace Commission.Silo.Tests.Hosts;

/// <summary>Settings of the ports between silos: the default build has no such ports.</summary>
internal static class ClusterPorts
{
    /// <summary>Those of one more silo on this machine.</summary>
    public static string[] Take() => [];
}
