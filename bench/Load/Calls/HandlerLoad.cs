using Commission.Bench;
using Commission.Contracts.V1;
using Commission.Load.Measuring;
using Google.Protobuf;

namespace Commission.Load.Calls;

/// <summary>
/// One handler, without grains or tokens, served by the default build's own gRPC and, where the Orleans build of
/// <c>bench/Handler</c> is at hand, by Grpc.AspNetCore, in turn.
/// </summary>
internal static class HandlerLoad
{
    private const int Streams = 200;
    private const int Rounds = 5;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(3);

    /// <summary>Measures, checks and prints.</summary>
    /// <param name="other">The assembly of the Orleans build of <c>bench/Handler</c>.</param>
    public static async Task RunAsync(string other)
    {
        var own = Path.Combine(AppContext.BaseDirectory, "Commission.Handler.dll");
        await using var ours = await ServerProcess.StartAsync(own);
        await using var cluster = await ServerProcess.StartAsync(other);
        await using var plain = await ServerProcess.StartAsync(other, "plain");
        ServerUnderLoad[] servers =
        [
            new("own gRPC", ours.Address, ours.Usage),
            new("Grpc.AspNetCore, plain", plain.Address, plain.Usage),
            new("Grpc.AspNetCore, as the cluster has it", cluster.Address, cluster.Usage),
        ];
        var sheet = new Sheet("handler");
        await MeasureAsync(sheet, servers);
        foreach (var server in servers.Skip(1))
        {
            sheet.Ratio($"own gRPC: throughput of {server.Name}", "own gRPC: calls", $"{server.Name}: calls", 1.3);
        }

        sheet.ToReport().Publish();
    }

    private static async Task MeasureAsync(Sheet sheet, ServerUnderLoad[] servers)
    {
        var request = new GetEstimateRequest { Rep = Company.Payee(0) };
        var script = new CallScript(
            EstimateLoad.PathOf(EarningsReflection.Descriptor, "GetEstimate"), token: null, [request],
            [new Estimate { Rep = request.Rep }.ToByteArray()], [0]);
        var load = new CallLoad(Streams);
        // The first round only warms up.
        for (var round = 0; round <= Rounds; round++)
        {
            var into = round == 0 ? new Sheet("warming") : sheet;
            foreach (var server in servers)
            {
                await load.MeasureAsync(into, server, script, Length);
            }
        }
    }
}
