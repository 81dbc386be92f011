using System.Text.RegularExpressions;
using Commission.Client;
using Commission.Silo.Tests.Hosts;

namespace Commission.Silo.Tests.Processes;

/// <summary>The silo's own program, as its users start it, on free ports.</summary>
internal sealed partial class SiloProcess : IAsyncDisposable
{
    private readonly RpcChannel _channel;

    private SiloProcess(RunningProgram program, Uri grpc)
    {
        Program = program;
        _channel = new RpcChannel(grpc);
        Api = new Api(_channel);
    }

    public RunningProgram Program { get; }

    public Api Api { get; }

    /// <summary>The program with arguments and a store.</summary>
    public static RunningProgram Start(string store, params IEnumerable<string> arguments) => RunningProgram.Start(
        "dotnet",
        RunningProgram.Root,
        [
            Path.Combine(AppContext.BaseDirectory, "Commission.Silo.dll"), .. arguments,
            "--Commission:Store:Folder", store,
        ]);

    /// <summary>The demo; returns when it listens.</summary>
    public static async Task<SiloProcess> StartDemoAsync(string store)
    {
        var program = Start(store, "demo", "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0");
        var address = Address().Match(await program.LineAsync("A silo serves gRPC on ")).Value;
        return new SiloProcess(program, new Uri(address));
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Program.DisposeAsync();
    }

    [GeneratedRegex(@"http://[0-9.:]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
