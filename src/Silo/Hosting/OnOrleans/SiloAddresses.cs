using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Commission.Silo.Hosting;

/// <summary>Finds the address at which other silos reach this one.</summary>
internal static class SiloAddresses
{
    private const string Key = "Commission:Cluster:AdvertisedAddress";

    /// <summary>The address that a setting names.</summary>
    /// <param name="setting">An IP address, a host name, or nothing: an address of this machine.</param>
    /// <exception cref="InvalidOperationException">The host name has no address.</exception>
    public static IPAddress Find(string setting) =>
        setting.Length == 0 ? OfMachine()
        : IPAddress.TryParse(setting, out var address) ? address
        : OfName(setting);

    /// <summary>
    /// Refuses a port that is taken: Orleans would share it, and the other silo would be taken for one that is gone.
    /// </summary>
    /// <param name="key">The setting.</param>
    /// <param name="port">0: none is wanted.</param>
    /// <exception cref="InvalidOperationException">It is taken.</exception>
    public static void CheckFree(string key, int port)
    {
        try
        {
            using var trial = new TcpListener(IPAddress.Any, port);
            trial.Start();
        }
        catch (SocketException taken)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"Commission:Cluster:{key} is '{port}': {taken.Message}."),
                taken);
        }
    }

    private static IPAddress OfName(string name)
    {
        IPAddress[] found;
        try
        {
            found = Dns.GetHostAddresses(name);
        }
        catch (SocketException unknown)
        {
            throw new InvalidOperationException(
                $"{Key} is '{name}': it has no address. {unknown.Message}", unknown);
        }

        return Preferred(found) ?? throw new InvalidOperationException($"{Key} is '{name}': it has no address.");
    }

    /// <summary>Of an interface with a way out, then of any; a machine without a network has the loopback.</summary>
    private static IPAddress OfMachine()
    {
        var interfaces = NetworkInterface.GetAllNetworkInterfaces()
            .Where(one => one.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                && one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(one => one.GetIPProperties())
            .OrderByDescending(one => one.GatewayAddresses.Count > 0);
        return interfaces.Select(one => Preferred(one.UnicastAddresses.Select(address => address.Address)))
            .FirstOrDefault(address => address is not null) ?? IPAddress.Loopback;
    }

    /// <summary>IPv4 before IPv6, and none that holds on one link only.</summary>
    private static IPAddress? Preferred(IEnumerable<IPAddress> addresses) => addresses
        .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            && !address.IsIPv6LinkLocal && !address.ToString().StartsWith("169.254.", StringComparison.Ordinal))
        .OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
        .FirstOrDefault();
}
