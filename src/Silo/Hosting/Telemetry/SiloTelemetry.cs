using Commission.Gateway.Grpc.Health;
using Commission.Gateway.Grpc.Telemetry;
using Commission.Grains.Telemetry;
using Commission.Storage.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Commission.Silo.Hosting.Telemetry;

/// <summary>
/// Sends spans and metrics by OTLP where the standard settings of OpenTelemetry (`OTEL_…`) name a receiver; without
/// one nobody listens, and nothing is measured. Started before everything that is measured.
/// </summary>
internal sealed class SiloTelemetry(IConfiguration configuration, IServiceProvider services)
    : IHostedService, IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "OTEL_SERVICE_NAME";

    private static readonly string[] Meters =
    [
        GatewayMeters.Name, GrainMeters.Name, StorageMeters.Name, SiloMeters.Name,
        "System.Runtime", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans",
    ];

    private readonly List<IDisposable> _parts = [];

    /// <summary>
    /// The sources of spans. Those of Orleans are silent in the default build; without them no trace goes from one
    /// grain to the next in the other.
    /// </summary>
    internal static IReadOnlyList<string> Sources { get; } =
    [
        GatewayMeters.Name, GrainMeters.Name, StorageMeters.Name,
        "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Application",
    ];

    /// <summary>Adds it as the first of the hosted services.</summary>
    public static void Add(IServiceCollection services, IConfiguration configuration) =>
        services.AddHostedService(provider => new SiloTelemetry(configuration, provider));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsSent("TRACES"))
        {
            _parts.Add(Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(inner => inner.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddSource([.. Sources])
                .AddProcessor(new Discretion())
                .AddOtlpExporter()
                .Build());
        }

        if (IsSent("METRICS"))
        {
            _parts.Add(new SiloMeters(services.GetRequiredService<HealthState>(), Composition.ActiveGrains(services)));
            _parts.Add(Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(inner => inner.AddSingleton(configuration))
                .ConfigureResource(Describe)
                .AddMeter(Meters)
                .AddOtlpExporter()
                .Build());
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, for some seconds at most.</summary>
    public void Dispose()
    {
        // The meters of the silo last, as they are asked once more.
        _parts.Reverse();
        _parts.ForEach(part => part.Dispose());
        _parts.Clear();
    }

    private bool IsSent(string signal) =>
        (Has(Endpoint) || Has($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"))
        && !Is($"OTEL_{signal}_EXPORTER", "none")
        && !Is("OTEL_SDK_DISABLED", "true");

    private bool Has(string key) => !string.IsNullOrEmpty(configuration[key]);

    private bool Is(string key, string value) =>
        string.Equals(configuration[key], value, StringComparison.OrdinalIgnoreCase);

    private void Describe(ResourceBuilder resource)
    {
        if (!Has(ServiceName))
        {
            resource.AddService(
                "commission-silo", serviceVersion: typeof(SiloTelemetry).Assembly.GetName().Version?.ToString(3));
        }
    }
}
