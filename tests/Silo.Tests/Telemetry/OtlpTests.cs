using System.Text.Json;
using System.Text.RegularExpressions;
using Commission.Client;
using Commission.Contracts.V1;
using Commission.Silo.Tests.Hosts;
using Commission.Silo.Tests.Processes;

namespace Commission.Silo.Tests.Telemetry;

/// <summary>A silo's own process sends what it measures to who is named by OpenTelemetry's settings.</summary>
public sealed partial class OtlpTests
{
    [Fact]
    public async Task Silo_WithAReceiver_SendsSpansAndMetricsOfAllLayers()
    {
        using var scratch = new Scratch();
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var program = SiloProcess.Start(
            scratch.Store,
            "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
            "--OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Endpoint,
            "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
            "--OTEL_METRIC_EXPORT_INTERVAL", "200",
            "--OTEL_BSP_SCHEDULE_DELAY", "100");
        var address = Address().Match(await program.LineAsync("Now listening on: ")).Value;
        using var channel = new RpcChannel(new Uri(address));
        var api = new Api(channel);

        await SampleCompany.PutDocumentsAsync(api);
        await Assert.ThrowsAsync<RpcFailure>(() => api.EstimateAsync("nobody"));

        await receiver.ReceivedAsync(
            "traces", "commission-silo", "commission.v1.Plans/Publish", "commission.v1.Earnings/GetEstimate",
            "NOT_FOUND", "commission.store.commit");
        await receiver.ReceivedAsync(
            "metrics", "commission-silo", "rpc.server.call.duration", "commission.refusals", "UNKNOWN_REP",
            "commission.store.commit.duration", "commission.ready", "commission.grains.active",
            "dotnet.process.cpu.time");
        await program.SignalAsync("TERM");
        Assert.Equal((0, ""), await program.EndAsync());
    }

    [Fact]
    public async Task Log_OfACallThatFails_CarriesTheCallersTrace()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var scratch = new Scratch();
        await using var program = SiloProcess.Start(
            scratch.Store, "--Commission:Listen:GrpcPort", "0", "--Commission:Listen:JsonPort", "0",
            "--Logging:LogLevel:Commission.Rpc", "Debug");
        var address = Address().Match(await program.LineAsync("Now listening on: ")).Value;
        using var channel = new RpcChannel(new Uri(address));

        await Assert.ThrowsAsync<RpcFailure>(() => channel.UnaryAsync<GetEstimateRequest, Estimate>(
            EarningsReflection.Descriptor.Services[0].FindMethodByName("GetEstimate"),
            new GetEstimateRequest { Rep = "nobody" },
            Api.Patient with { Metadata = [new("traceparent", $"00-{Trace}-b7ad6b7169203331-01")] }));

        using var line = JsonDocument.Parse(await program.LineAsync("commission.v1.Earnings.GetEstimate ended with"));
        var scopes = line.RootElement.GetProperty("Scopes").EnumerateArray();
        Assert.Contains(scopes, scope => scope.ValueKind == JsonValueKind.Object
            && scope.TryGetProperty("TraceId", out var trace) && trace.GetString() == Trace);
    }

    [GeneratedRegex(@"http://[0-9.:]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Address();
}
