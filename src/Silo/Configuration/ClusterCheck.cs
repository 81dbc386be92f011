using System.Net;

namespace Commission.Silo.Configuration;

/// <summary>Checks the settings of the cluster.</summary>
internal static class ClusterCheck
{
    private const int LongestName = 64;

    /// <summary>What is wrong, each with its key.</summary>
    public static IEnumerable<string> Faults(ClusterSettings cluster)
    {
        foreach (var (key, name) in new[] { ("ClusterId", cluster.ClusterId), ("ServiceId", cluster.ServiceId) })
        {
            if (name.Length is 0 or > LongestName || !name.All(IsOfName))
            {
                yield return SettingsCheck.Fault(
                    $"Cluster:{key}", name, $"1 to {LongestName} letters, digits, '-', '_' and '.'");
            }
        }

        if (cluster.AdvertisedAddress.Length > 0 && !IsReachable(cluster.AdvertisedAddress))
        {
            yield return SettingsCheck.Fault(
                "Cluster:AdvertisedAddress", cluster.AdvertisedAddress,
                "one IP address such as 10.0.0.7, a host name, or nothing");
        }

        if (cluster.ClientPort == cluster.SiloPort)
        {
            yield return SettingsCheck.Fault("Cluster:ClientPort", cluster.ClientPort, "another port than SiloPort");
        }
    }

    /// <summary>All addresses at once are none that others can call.</summary>
    private static bool IsReachable(string address) => IPAddress.TryParse(address, out var parsed)
        ? !parsed.Equals(IPAddress.Any) && !parsed.Equals(IPAddress.IPv6Any)
        : Uri.CheckHostName(address) == UriHostNameType.Dns;

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
