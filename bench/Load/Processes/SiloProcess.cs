using Commission.Bench;
using Commission.Client;

namespace Commission.Load.Processes;

/// <summary>The silo's own program in a process of its own, on free ports and a store of its own.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    /// <summary>Settings by which no caller is held back for calling too often.</summary>
    public static readonly IReadOnlyList<string> Unlimited = ["--Commission:Limits:CallsPerSecond", "1000000"];

    private readonly ServerProcess _process;
    private readonly string _folder;

    private SiloProcess(ServerProcess process, string folder, string? token)
    {
        (_process, _folder) = (process, folder);
        Channel = new RpcChannel(process.Address, new RpcChannelOptions
        {
            Metadata = token is null ? [] : [new("authorization", $"Bearer {token}")],
        });
    }

    /// <summary>Of its gRPC port.</summary>
    public Uri Address => _process.Address;

    /// <summary>For all calls that are not measured.</summary>
    public RpcChannel Channel { get; }

    /// <summary>Starts it; returns when it listens.</summary>
    /// <param name="token">What <see cref="Channel"/> sends; null: none.</param>
    /// <param name="settings">More of its arguments.</param>
    public static async Task<SiloProcess> StartAsync(string? token = null, params IEnumerable<string> settings)
    {
        var folder = Directory.CreateTempSubdirectory("commission-load").FullName;
        var process = await ServerProcess.StartAsync(
            Path.Combine(AppContext.BaseDirectory, "Commission.Silo.dll"),
            [
                "--Commission:Store:Folder", folder, "--Commission:BusinessDate", Company.Today,
                "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
                "--Logging:LogLevel:Default", "Warning", .. settings,
            ]);
        return new SiloProcess(process, folder, token);
    }

    /// <summary>Processor time until now, and memory in use now and at most, in bytes.</summary>
    public (TimeSpan Processor, long Resident, long Peak) Usage() => _process.Usage();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
