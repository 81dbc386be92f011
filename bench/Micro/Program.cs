using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Running;

namespace Commission.Micro;

/// <summary>Measurements of the engine; bench/README.md says how to run them.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case ["evaluate", .. var rest]:
                var count = rest is [[>= '0' and <= '9', ..], ..] ? rest[0] : "1000000";
                await EvaluateRun.RunAsync(
                    int.Parse(count, CultureInfo.InvariantCulture), rest.Contains("--several"), rest.Contains("--yaml"));
                return 0;
            case ["ratios"]:
                Ratios.Print();
                return 0;
            default:
                // In this process: benchmarks then need no build of their own.
                var config = DefaultConfig.Instance.AddExporter(JsonExporter.Brief);
                var ran = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run([.. args, "--inProcess"], config);
                return ran.Any() && !ran.Any(summary => summary.HasCriticalValidationErrors) ? 0 : 1;
        }
    }
}
