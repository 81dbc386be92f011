using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Commission.Gateway.Grpc.Health;
using Commission.Gateway.Grpc.Telemetry;
using Commission.Grains.Telemetry;
using Commission.Silo.Hosting.Telemetry;
using Commission.Storage.Telemetry;

namespace Commission.Silo.Tests.Telemetry;

/// <summary>Every instrument of the product.</summary>
internal static partial class Instruments
{
    public static readonly string[] Meters =
        [GatewayMeters.Name, GrainMeters.Name, StorageMeters.Name, SiloMeters.Name];

    /// <summary>All of them by name.</summary>
    public static IReadOnlyDictionary<string, Instrument> All()
    {
        Type[] holders = [typeof(GatewayMeters), typeof(GrainMeters), typeof(StorageMeters)];
        foreach (var holder in holders)
        {
            RuntimeHelpers.RunClassConstructor(holder.TypeHandle);
        }

        var found = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        using var silo = new SiloMeters(new HealthState(), () => 0);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (Meters.Contains(instrument.Meter.Name, StringComparer.Ordinal))
            {
                found[instrument.Name] = instrument;
            }
        };
        listener.Start();
        return found;
    }

    /// <summary>The names of its series in Prometheus, by OpenTelemetry's rules.</summary>
    public static IEnumerable<string> Series(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_') + instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        var kind = instrument.GetType().Name;
        return kind.StartsWith("Histogram", StringComparison.Ordinal)
            ? [$"{name}_bucket", $"{name}_sum", $"{name}_count"]
            : kind.StartsWith("Counter", StringComparison.Ordinal) ? [$"{name}_total"]
            : [name];
    }

    /// <summary>Names of series in a query.</summary>
    public static IEnumerable<string> InQuery(string query) =>
        SeriesNames().Matches(query).Select(match => match.Value);

    [GeneratedRegex(@"\b(rpc|commission)_[a-z_]+\b(?![=~])", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SeriesNames();
}
