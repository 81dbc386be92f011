using System.Diagnostics;
using System.Globalization;

namespace Commission.Micro;

/// <summary>
/// <c>commission evaluate</c> on one large case, as a process of its own: wall time from start to exit and peak
/// resident memory, with all output written to a file. The figures are checked against sums made without the engine.
/// </summary>
internal static class EvaluateRun
{
    /// <summary>Writes the case, runs and checks.</summary>
    /// <param name="credits">How many.</param>
    /// <param name="several">Whether the plan has several components and a multiplier.</param>
    /// <param name="yaml">Whether the credits are written without quotes, which makes the file YAML.</param>
    public static async Task RunAsync(int credits, bool several, bool yaml)
    {
        var folder = Directory.CreateTempSubdirectory("commission-micro").FullName;
        try
        {
            var example = new LargeCase(credits, several);
            var (file, output) = (Path.Combine(folder, "case"), Path.Combine(folder, "output"));
            example.Write(file, yaml);
            await MeasureAsync(file, output);
            await CheckAsync(example, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureAsync(string file, string output)
    {
        var command = Path.Combine(AppContext.BaseDirectory, "commission.dll");
        var start = new ProcessStartInfo("dotnet", [command, "evaluate", file])
        {
            RedirectStandardOutput = true, UseShellExecute = false,
        };
        var began = TimeProvider.System.GetTimestamp();
        using var process = Process.Start(start)!;
        var usage = UsageAsync(process);
        await using (var written = File.Create(output))
        {
            await process.StandardOutput.BaseStream.CopyToAsync(written);
        }

        await process.WaitForExitAsync();
        var time = TimeProvider.System.GetElapsedTime(began);
        var (peak, processors) = await usage;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{time.TotalSeconds:0.00} s, of processors {processors.TotalSeconds:0.00} s; "
            + $"peak {peak / 1048576.0:0} MiB; {new FileInfo(file).Length / 1e6:0} MB in, "
            + $"{new FileInfo(output).Length / 1e6:0} MB out"));
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The command ended with {process.ExitCode}.");
        }
    }

    // Both only rise: the last reading before the end is the sum.
    private static async Task<(long PeakBytes, TimeSpan Processors)> UsageAsync(Process process)
    {
        var (peak, processors) = (0L, TimeSpan.Zero);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!process.HasExited && await timer.WaitForNextTickAsync())
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
                processors = process.TotalProcessorTime;
            }
            catch (InvalidOperationException)
            {
                // It ended at this very moment.
            }
        }

        return (peak, processors);
    }

    private static async Task CheckAsync(LargeCase example, string output)
    {
        const string Name = "\"earned\": \"";
        var (rows, byDeals, byWindows, inDeals, yearly) = (0, 0m, 0m, false, false);
        await foreach (var line in File.ReadLinesAsync(output))
        {
            inDeals |= line.Contains("\"deals\": [", StringComparison.Ordinal);
            yearly = line.Contains("\"component\"", StringComparison.Ordinal)
                ? !line.Contains("month", StringComparison.Ordinal)
                : yearly;
            var at = line.IndexOf(Name, StringComparison.Ordinal);
            if (at >= 0)
            {
                var text = line.AsSpan(at + Name.Length);
                var earned = decimal.Parse(text[..text.IndexOf('"')], CultureInfo.InvariantCulture);
                rows += inDeals ? 1 : 0;
                byDeals += inDeals && yearly ? earned : 0m;
                byWindows += !inDeals && yearly ? earned : 0m;
                yearly = false;
            }
        }

        var expected = (example.Rows, example.EarnedByYears, example.EarnedByYears);
        if ((rows, byDeals, byWindows) != expected)
        {
            throw new InvalidOperationException($"Expected {expected}, found {(rows, byDeals, byWindows)}.");
        }

        Console.WriteLine($"Checked: {rows} rows of deals; the years earn {byWindows}.");
    }
}
