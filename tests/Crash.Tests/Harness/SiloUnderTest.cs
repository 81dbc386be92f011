using System.Text.Json;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Grains.Tests.Harness;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;
using Google.Rpc;

namespace Commission.Crash.Tests.Harness;

/// <summary>The silo's own program on a store, from its start to its end.</summary>
internal sealed class SiloUnderTest : IAnswers, IAsyncDisposable
{
    private readonly RpcChannel _channel;

    private SiloUnderTest(RunningProgram program, Uri grpc, HttpMessageHandler? handler)
    {
        Program = program;
        _channel = new RpcChannel(grpc, new RpcChannelOptions { Handler = handler });
        Api = new Api(_channel);
    }

    public RunningProgram Program { get; }

    public Api Api { get; }

    /// <summary>Starts the program; it is not ready yet.</summary>
    public static RunningProgram Launch(IStorePlace store) => RunningProgram.Start(
        store.Command[0],
        RunningProgram.Root,
        [
            .. store.Command.Skip(1), "exec", store.Program,
            "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
            "--Commission:Shards", StoreAudit.ShardText, "--Commission:BusinessDate", "2026-02-15",
            .. store.Settings,
        ]);

    /// <summary>Starts the program and returns when it serves.</summary>
    public static async Task<SiloUnderTest> StartAsync(IStorePlace store)
    {
        var program = Launch(store);
        try
        {
            return await ReadyAsync(program, store);
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns when a program that was started serves; it ends with the result.</summary>
    public static async Task<SiloUnderTest> ReadyAsync(RunningProgram program, IStorePlace store)
    {
        // gRPC's address comes first.
        var listening = await program.LineAsync("Now listening on");
        using var entry = JsonDocument.Parse(listening);
        var address = entry.RootElement.GetProperty("State").GetProperty("address").GetString()!;
        return new SiloUnderTest(program, new Uri(address), store.Handler);
    }

    public async Task<Estimate?> EstimateOrNoneAsync(string rep, string on)
    {
        try
        {
            return await Api.EstimateAsync(rep, on);
        }
        catch (RpcFailure none) when (none.Status == Code.FailedPrecondition)
        {
            return null;
        }
    }

    public Task<TerritoryView> TerritoryAsync(string id, string on) => Api.TerritoryAsync(id, on);

    /// <summary>What the program logged as errors, a line each.</summary>
    public static IEnumerable<string> ErrorsOf(RunningProgram program) => program.Output.Split('\n')
        .Where(line => line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal)
            || line.Contains("\"LogLevel\":\"Critical\"", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await Program.DisposeAsync();
    }
}
