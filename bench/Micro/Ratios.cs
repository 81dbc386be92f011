using System.Globalization;
using System.Text.Json;

namespace Commission.Micro;

/// <summary>How times grow with the number of deals, from the last exported report.</summary>
internal static class Ratios
{
    private const string Report =
        "BenchmarkDotNet.Artifacts/results/Commission.Micro.BooksBenchmarks-report-brief.json";

    /// <summary>Prints the shortest times of each benchmark and their ratios. The shortest, since whatever else runs on
    /// the machine only adds.</summary>
    public static void Print()
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Report));
        var methods = json.RootElement.GetProperty("Benchmarks").EnumerateArray()
            .GroupBy(one => one.GetProperty("Method").GetString()!, StringComparer.Ordinal);
        Console.WriteLine($"{"shortest, µs",-20}{"10",10}{"1,000",10}{"100,000",10}{"1,000/10",12}{"100,000/10",12}");
        foreach (var method in methods)
        {
            var micros = method
                .OrderBy(one => DealsOf(one.GetProperty("Parameters").GetString()!))
                .Select(one => one.GetProperty("Statistics").GetProperty("Min").GetDouble() / 1_000)
                .ToArray();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{method.Key,-20}{micros[0],10:0.00}{micros[1],10:0.00}{micros[2],10:0.00}"
                + $"{micros[1] / micros[0],12:0.0}{micros[2] / micros[0],12:0.0}"));
        }
    }

    private static int DealsOf(string parameters) => int.Parse(
        parameters.AsSpan(parameters.IndexOf('=', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture);
}
