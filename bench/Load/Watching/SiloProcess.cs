using System.Diagnostics;
using System.Text.RegularExpressions;
using Commission.Client;
using Commission.Contracts.V1;
using Google.Protobuf;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Commission.Load.Watching;

/// <summary>The silo's own program in a process of its own, on free ports and a store of its own.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private SiloProcess(Process process, string folder, Uri address)
    {
        (_process, _folder, Address) = (process, folder, address);
        Channel = new RpcChannel(address);
    }

    /// <summary>Of its gRPC port.</summary>
    public Uri Address { get; }

    /// <summary>For all calls but the watches.</summary>
    public RpcChannel Channel { get; }

    /// <summary>Starts it; returns when it listens.</summary>
    public static async Task<SiloProcess> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("commission-watch").FullName;
        var start = new ProcessStartInfo("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "Commission.Silo.dll"),
            "--Commission:Store:Folder", folder, "--Commission:BusinessDate", "2020-06-30",
            "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
            "--Logging:LogLevel:Default", "Warning",
        ])
        {
            UseShellExecute = false, RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        var output = process.StandardOutput;
        while (await output.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = output.BaseStream.CopyToAsync(Console.OpenStandardError());
                return new SiloProcess(process, folder, new Uri(match.Groups["address"].Value));
            }
        }

        throw new InvalidOperationException("The silo ended before it listened.");
    }

    /// <summary>Processor time until now, and memory in use now and at most, in bytes.</summary>
    public (TimeSpan Processor, long Resident, long Peak) Usage()
    {
        _process.Refresh();
        return (_process.TotalProcessorTime, _process.WorkingSet64, _process.PeakWorkingSet64);
    }

    /// <summary>One call.</summary>
    public Task<TRes> CallAsync<TReq, TRes>(ServiceDescriptor service, string method, TReq request)
        where TReq : class, IMessage<TReq>, new()
        where TRes : class, IMessage<TRes>, new() =>
        Channel.UnaryAsync<TReq, TRes>(service.FindMethodByName(method), request);

    /// <summary>A payee's estimate, when the event is credited.</summary>
    public Task<Estimate> EstimateAsync(string rep, Position? after) => CallAsync<GetEstimateRequest, Estimate>(
        EarningsReflection.Descriptor.Services[0], "GetEstimate", new GetEstimateRequest { Rep = rep, After = after });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://[0-9.:]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Listening();
}
