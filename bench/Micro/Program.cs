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
                var credits = int.Parse(count, CultureInfo.InvariantCulture);
                await EvaluateRun.RunAsync(credits, rest.Contains("--several"), rest.Contains("--yaml"));
                return 0;
            case ["ratios"]:
                Ratios.Print();
                return 0;
            default:
                // In this process: benchmarks then need no build of their own.
                var config = DefaultConfig.Instance.AddExporter(JsonExporter.Brief);
                var switcher = BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly);
                var ran = switcher.Run([.. args, "--inProcess"], config);
                return ran.Any() && !ran.Any(summary => summary.HasCriticalValidationErrors) ? 0 : 1;
        }
    }
}
