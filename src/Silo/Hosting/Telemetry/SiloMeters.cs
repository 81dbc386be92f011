using System.Diagnostics.Metrics;
using Commission.Gateway.Grpc.Health;

namespace Commission.Silo.Hosting.Telemetry;

/// <summary>What is measured of a silo as a whole.</summary>
internal sealed class SiloMeters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Commission.Silo";

    private readonly Meter _meter = new(Name);

    /// <summary>Measures when asked, until disposed of.</summary>
    /// <param name="health">Whether calls are taken.</param>
    /// <param name="activeGrains">Counts active grains; null: not measured here.</param>
    public SiloMeters(HealthState health, Func<int>? activeGrains)
    {
        _meter.CreateObservableGauge(
            "commission.ready", () => health.IsServing ? 1 : 0, description: "1 while the silo takes calls, else 0.");
        if (activeGrains is not null)
        {
            _meter.CreateObservableGauge(
                "commission.grains.active", activeGrains, "{grain}", "Grains that are active in this process.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
