using System.ComponentModel;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Commission.Silo.Tests.Processes;

namespace Commission.Orleans.Tests.Crash;

/// <summary>
/// A network of namespaces on this machine, each a node with its own address and loopback, joined by a bridge, whose
/// own address is the outside. Needs root and iproute2.
/// </summary>
internal sealed partial class SiloNetwork : IAsyncDisposable
{
    private readonly int _nodes;
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"cmcl{Environment.ProcessId % 10000}");
    private readonly List<(int From, int To)> _cuts = [];

    private SiloNetwork(int nodes) => _nodes = nodes;

    /// <summary>This machine's address in the network.</summary>
    public string Outside => Address(1);

    private string Bridge => $"{_name}br";

    /// <summary>Why there can be no such network here; null: there can.</summary>
    public static string? WhyNot() =>
        !OperatingSystem.IsLinux() ? "Network namespaces are Linux'."
        : !Environment.IsPrivilegedProcess ? "Making network namespaces needs root."
        : !File.Exists("/sbin/ip") && !File.Exists("/usr/sbin/ip") ? "The program ip (iproute2) is not installed."
        : null;

    /// <summary>Makes one.</summary>
    public static async Task<SiloNetwork> CreateAsync(int nodes)
    {
        var network = new SiloNetwork(nodes);
        try
        {
            await network.CreateAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>A node's address, as the others see it.</summary>
    public string AddressOf(int node) => Address(node + 11);

    /// <summary>What a command begins with that is to run on a node.</summary>
    public string[] Inside(int node) => ["ip", "netns", "exec", Space(node)];

    /// <summary>Calls a node's own loopback address from there, so that no cut of the network is in the way.</summary>
    public HttpMessageHandler HandlerInside(int node) => new SocketsHttpHandler
    {
        ConnectCallback = async (context, _) =>
            await ConnectAsync($"/run/netns/{Space(node)}", context.DnsEndPoint.Port),
    };

    /// <summary>Nothing passes between the node and the other nodes; all of them reach the outside.</summary>
    public async Task CutFromOthersAsync(int node)
    {
        foreach (var other in Enumerable.Range(0, _nodes).Where(other => other != node))
        {
            _cuts.AddRange([(node, other), (other, node)]);
            await IpAsync("-n", Space(node), "route", "add", "blackhole", AddressOf(other));
            await IpAsync("-n", Space(other), "route", "add", "blackhole", AddressOf(node));
        }
    }

    /// <summary>Nothing passes between the node and anything else.</summary>
    public Task CutOffAsync(int node) => IpAsync("link", "set", Link(node), "down");

    /// <summary>Undoes every cut.</summary>
    public async Task HealAsync()
    {
        foreach (var (from, to) in _cuts)
        {
            await IpAsync("-n", Space(from), "route", "del", "blackhole", AddressOf(to));
        }

        _cuts.Clear();
        for (var node = 0; node < _nodes; node++)
        {
            await IpAsync("link", "set", Link(node), "up");
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (var node = 0; node < _nodes; node++)
        {
            await TryIpAsync("netns", "del", Space(node));
        }

        await TryIpAsync("link", "del", Bridge);
    }

    private async Task CreateAsync()
    {
        await IpAsync("link", "add", Bridge, "type", "bridge");
        await IpAsync("addr", "add", $"{Outside}/24", "dev", Bridge);
        await IpAsync("link", "set", Bridge, "up");
        for (var node = 0; node < _nodes; node++)
        {
            await IpAsync("netns", "add", Space(node));
            await IpAsync("link", "add", Link(node), "type", "veth", "peer", "name", "eth0", "netns", Space(node));
            await IpAsync("link", "set", Link(node), "master", Bridge, "up");
            await IpAsync("-n", Space(node), "addr", "add", $"{AddressOf(node)}/24", "dev", "eth0");
            await IpAsync("-n", Space(node), "link", "set", "eth0", "up");
            await IpAsync("-n", Space(node), "link", "set", "lo", "up");
        }
    }

    private string Address(int host) => string.Create(
        CultureInfo.InvariantCulture, $"10.213.{Environment.ProcessId % 250}.{host}");

    private string Space(int node) => string.Create(CultureInfo.InvariantCulture, $"{_name}n{node}");

    private string Link(int node) => string.Create(CultureInfo.InvariantCulture, $"{_name}v{node}");

    private static Task<string> IpAsync(params string[] arguments) =>
        RunningProgram.RunAsync("ip", RunningProgram.Root, arguments);

    /// <summary>What is not there need not go.</summary>
    private static async Task TryIpAsync(params string[] arguments)
    {
        await using var running = RunningProgram.Start("ip", RunningProgram.Root, arguments);
        await running.EndAsync();
    }

    /// <summary>A socket belongs to the namespace of the thread that makes it: one of its own, which ends.</summary>
    private static Task<Stream> ConnectAsync(string space, int port)
    {
        var connected = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Enter(space);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Connect(IPAddress.Loopback, port);
                connected.SetResult(new NetworkStream(socket, ownsSocket: true));
            }
            catch (Exception failure) when (failure is SocketException or IOException or Win32Exception)
            {
                connected.SetException(failure);
            }
        }) { IsBackground = true }.Start();
        return connected.Task;
    }

    private static void Enter(string space)
    {
        using var handle = File.OpenHandle(space);
        if (SetNamespace((int)handle.DangerousGetHandle(), 0) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int file, int kind);
}
