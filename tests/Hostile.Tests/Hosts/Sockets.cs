using System.Globalization;

namespace Commission.Hostile.Tests.Hosts;

/// <summary>What the kernel says of TCP connections.</summary>
internal static class Sockets
{
    /// <summary>
    /// Both ends of every connection of a port of this machine that has bytes underway, as the kernel prints them:
    /// own and other address, state, bytes to be sent and to be read, all hexadecimal.
    /// </summary>
    public static IEnumerable<string> Waiting(int port)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        return File.ReadLines("/proc/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(parts => parts[1].EndsWith(suffix, StringComparison.Ordinal)
                || parts[2].EndsWith(suffix, StringComparison.Ordinal))
            .Where(parts => parts[4] != "00000000:00000000")
            .Select(parts => string.Join(' ', parts[1..5]));
    }
}
